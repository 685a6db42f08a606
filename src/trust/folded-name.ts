import { fold } from '../guard/views/fold.ts';
import { replaceLookAlikes } from '../guard/views/look-alikes.ts';

const NOT_NAMING = /[^\p{L}\p{N}]+/gu;

/** What a person reads of a name: case, marks, spaces, punctuation and look-alike letters make no other name of it. */
export function foldedName(name: string): string {
  return replaceLookAlikes(fold(name)).replace(NOT_NAMING, '');
}
