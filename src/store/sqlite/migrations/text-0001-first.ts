/**
 * The words of the log. Both tables hold words and where they stand, not the texts: those are in the log.
 *
 * `texts` has every event under its sequence. `later_texts` has those that are not in the first group of their trace
 * once more, under the sequence with which the trace begins and their number in it: so a search can walk through
 * traces in the order of their lists, whichever of their events it finds.
 *
 * Nothing can be taken out of them again, so `begins` says with which event the log began when they were gathered: what is
 * purged from the log later takes all words with it, and those of what is left are gathered anew.
 *
 * Words come apart and in lower case already, so the tokenizer only cuts at spaces.
 */
export const FIRST_TEXT_MIGRATION = `
CREATE VIRTUAL TABLE texts USING fts5(words, content='', columnsize=0, tokenize='ascii');
CREATE VIRTUAL TABLE later_texts USING fts5(words, content='', columnsize=0, tokenize='ascii');
CREATE TABLE searched (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  sequence INTEGER NOT NULL,
  hash TEXT NOT NULL,
  offset INTEGER NOT NULL,
  begins INTEGER NOT NULL
) STRICT;
`;
