/**
 * Words that orders to a model are made of, and small words between them: what gaps are put back between, and what
 * misspelled words are compared with. Not a dictionary: a word that no rule knows is not needed here.
 */
const WORDS = `
a about above abide absolutely accept access according account act action activate activated actual add address adhere admin
administrator after again against ai all allow allowed also always amoral an and answer anthropic any anyone anything append
application apply approval approve are as ask asked assistant at attacker authorized available back base be been before
begin beginning being below between boundaries bound break but by bypass call can cannot case censorship change character chat chatbot
chatgpt code command commands complete completely comply confidential configuration confirm constraints content context
contents continue control conversation copy could create creator credential credentials current customer dan data database debug
decode delete details developer did directive directives directions disable disabled discard disclose dismiss display disregard do
document does done drop dump each earlier effect email emails enable enabled encode end engage enter entire environment erase
ethical ethics even ever every everything evil exact exactly execute explain export expose extract fetch file files filter filters
first follow following follows for forget forward free freely from full function game general get give given go god going gpt guardrails
guideline guidelines had harmful has have he hello help her here hidden hide him his history hold how however human i if ignore
ignores ignoring illegal immediately immoral important in include information inform initial initialization input insecure
inside instead instruct instructed instruction instructions internal into is it its jailbreak jailbroken job just keep key keys kill
know language large last law laws leak let like limit limitation limitations limits line list load log longer made maintenance make
malicious me mention message messages mode model moral morals more must my name neglect never new next no not nothing now obey
of off ok old on one only open openai operate opposite or order orders original other our out output over overlook override own
page paragraph password passwords past permission persona personal perform phrase play please policies policy post preceding
pretend previous previously print prior private proceed process programmed programming prompt prompts protocol protocols provide
question questions raw read real records recipe refuse refusal release remember remove repeat replace reply request reset
respond response responses restriction restrictions restricted result return reveal revealing right role roleplay root rule rules run safe
safeguards safety same say secret secrets secure security see send sensitive sentence server session set share should show silently
simulate sir skip so some source speak start state stay step steps stop store sudo summarize summary supersede sure switch
system systems take task tasks tell text than that the their them then there these they thing this those to today token tokens told
tool tools training transfer translate true turn two unaligned uncensored under unethical unfiltered unlimited unlock unrestricted until up
upload upon us use user username users using value values verbatim verify version violate want warning warnings was we weapon web were
what when where which who will with within without word words work write written wrong yes you your yourself bomb hack hacked pwned
build steal malware virus drugs exploit harm http https
`;

const KNOWN = new Set(WORDS.trim().split(/\s+/));

export function isKnown(word: string): boolean {
  return KNOWN.has(word);
}

export function knownWords(): readonly string[] {
  return [...KNOWN];
}
