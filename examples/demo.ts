import { parseArgs } from 'node:util';
import { Api } from './demo/api.ts';
import { gatherCast } from './demo/cast.ts';
import { type OwnGateway, startOwnGateway } from './demo/own-gateway.ts';
import { beatLines, titleLine } from './demo/print.ts';
import { SCENES } from './demo/scenes.ts';
import { type Beat, Story } from './demo/story.ts';

const HELP = `npm run demo [-- --json] [-- --keep]

Plays a story against a gateway and prints what was decided and why. Exits with 0 only when every
decision came out as scripted.

Starts a gateway of its own in a temporary directory, with the default policies. To play against a
running one that has them, set AISECOPS_URL and AISECOPS_TOKEN (a token of role admin); what the
demo adds there (two tokens, one agent) is revoked and retired at the end.

  --json   print one JSON document instead of text
  --keep   leave the demo's own gateway running afterwards, until Ctrl-C
  --help   print this
`;

type PlayedScene = { title: string; beats: Beat[] };

async function main(): Promise<void> {
  const { json = false, keep = false, help = false } = options();
  if (help) {
    process.stdout.write(HELP);
    return;
  }
  const own = process.env['AISECOPS_URL'] === undefined ? await startOwnGateway() : undefined;
  const admin = adminOf(own);
  try {
    const scenes = await play(admin, json ? () => {} : (text) => console.log(text));
    const isAsScripted = scenes.every(({ beats }) => beats.every((beat) => beat.isAsScripted));
    if (!isAsScripted) process.exitCode = 1;
    if (json) console.log(JSON.stringify(documentOf(scenes, admin.origin, own), undefined, 2));
    else console.log(ending({ scenes, origin: admin.origin, own, keep }));
    if (keep && own !== undefined) await own.ended;
  } finally {
    own?.stop();
    await own?.ended;
  }
}

function options(): { json?: boolean; keep?: boolean; help?: boolean } {
  const flag = { type: 'boolean' } as const;
  return parseArgs({ options: { json: flag, keep: flag, help: flag } }).values;
}

function adminOf(own: OwnGateway | undefined): Api {
  if (own !== undefined) return new Api(own.origin, own.token);
  const token = process.env['AISECOPS_TOKEN'];
  if (token === undefined) throw new Error('AISECOPS_URL is set: set AISECOPS_TOKEN (role admin) as well');
  return new Api(String(process.env['AISECOPS_URL']).replace(/\/$/, ''), token);
}

/** Plays all scenes, passing each line on as soon as it is known. */
async function play(admin: Api, print: (text: string) => void): Promise<PlayedScene[]> {
  const { leave, ...cast } = await gatherCast(admin);
  const played: PlayedScene[] = [];
  try {
    for (const { title, play: playScene } of SCENES) {
      const beats: Beat[] = [];
      print(titleLine(played.length + 1, title));
      const story = new Story(cast, (beat) => {
        if (beats.length > 0) print('');
        beats.push(beat);
        print(beatLines(beat));
      });
      played.push({ title, beats });
      await playScene(story);
    }
  } finally {
    await leave();
  }
  return played;
}

function documentOf(scenes: PlayedScene[], origin: string, own: OwnGateway | undefined): object {
  return {
    gateway: origin,
    ...(own !== undefined && { audit_file: own.auditFile }),
    as_scripted: scenes.every(({ beats }) => beats.every((beat) => beat.isAsScripted)),
    scenes: scenes.map(({ title, beats }) => ({ title, beats: beats.map(plainBeat) })),
  };
}

function plainBeat(beat: Beat): object {
  if (beat.kind === 'done') return { happened: beat.text, as_scripted: beat.isAsScripted };
  const { decision, reason, control, explanation, trace_id, audit } = beat.answer;
  const { summary, remedy } = explanation;
  return {
    asked: beat.asked,
    ...{ decision, reason, control, summary, remedy, trace_id, audit },
    as_scripted: beat.isAsScripted,
  };
}

type Ending = { scenes: PlayedScene[]; origin: string; own: OwnGateway | undefined; keep: boolean };

function ending({ scenes, origin, own, keep }: Ending): string {
  const beats = scenes.flatMap((scene) => scene.beats);
  const unexpected = beats.filter((beat) => !beat.isAsScripted).length;
  const result = unexpected === 0 ? 'All as scripted' : `${unexpected} of ${beats.length} not as scripted`;
  const last = beats.findLast((beat) => beat.kind === 'asked')?.answer.trace_id;
  const places = [`\n${result}. To look at it:`];
  if (own !== undefined) places.push(`  the log         ${own.auditFile}`);
  if (own === undefined || keep) {
    places.push(`  one trace       ${origin}/replay/${last}`, `  API, to try     ${origin}/docs`);
  }
  if (own !== undefined && keep) places.push(`  admin token     ${own.token}`, '\nCtrl-C ends the gateway.');
  if (own !== undefined && !keep) places.push('  replay, /docs   npm run demo -- --keep');
  return places.join('\n');
}

try {
  await main();
} catch (error) {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
