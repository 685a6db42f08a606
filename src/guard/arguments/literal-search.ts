/** Looks for many literals in one pass over a text: one step of a table a character, however many literals there are. */
export type LiteralSearch = {
  /** Calls back with the number of every literal that stands in the text, in either case; with one that stands there often, often. */
  each(text: string, see: (literal: number) => void): void;
};

type Node = { next: Map<number, Node>; fallback?: Node; ends: number[]; place: number };

/** Characters above are one kind, which stands in no literal. */
const ASCII = 128;
/** States with ends are numbered from the other end of the table, so that one comparison tells them. */
const ROOT = 0;

/** The search for some literals of ASCII characters. The table takes two bytes for each character of them and each kind of character. */
export function literalSearch(literals: readonly string[]): LiteralSearch {
  const kinds = kindsOf(literals);
  const width = 1 + Math.max(...kinds);
  const nodes = inOrder(treeOf(literals, kinds));
  const table = tableOf(nodes, width);
  const ends = withEndsLast(nodes).map((node) => node.ends);
  const firstEnd = ends.findIndex((numbers) => numbers.length > 0);
  return {
    each(text, see) {
      let state = ROOT;
      for (let at = 0; at < text.length; at += 1) {
        const unit = text.charCodeAt(at);
        state = table[state * width + (unit < ASCII ? (kinds[unit] as number) : 0)] as number;
        if (state >= firstEnd) for (const literal of ends[state] as number[]) see(literal);
      }
    },
  };
}

/** Of each ASCII character its kind: both cases of a letter are one, and all that stand in no literal are kind 0. */
function kindsOf(literals: readonly string[]): Uint8Array {
  const kinds = new Uint8Array(ASCII);
  let count = 0;
  for (const character of new Set(literals.join('').toLowerCase())) {
    const unit = character.charCodeAt(0);
    if (unit >= ASCII) throw new Error(`cannot be looked up: ${character}`);
    count += 1;
    kinds[unit] = count;
    kinds[character.toUpperCase().charCodeAt(0)] = count;
  }
  return kinds;
}

function treeOf(literals: readonly string[], kinds: Uint8Array): Node {
  const root = newNode();
  for (const [number, literal] of literals.entries()) {
    let node = root;
    for (let at = 0; at < literal.length; at += 1) {
      const kind = kinds[literal.charCodeAt(at)] as number;
      const next = node.next.get(kind) ?? newNode();
      node.next.set(kind, next);
      node = next;
    }
    node.ends.push(number);
  }
  return root;
}

function newNode(): Node {
  return { next: new Map(), ends: [], place: ROOT };
}

/** All nodes, those nearer to the root first; each knows where to go on when nothing follows, and has its place: such with ends the last. */
function inOrder(root: Node): Node[] {
  const nodes = [root];
  for (let at = 0; at < nodes.length; at += 1) {
    const node = nodes[at] as Node;
    for (const [kind, next] of node.next) {
      let back = node.fallback;
      while (back !== undefined && !back.next.has(kind)) back = back.fallback;
      next.fallback = back?.next.get(kind) ?? root;
      next.ends.push(...next.fallback.ends);
      nodes.push(next);
    }
  }
  for (const [place, node] of withEndsLast(nodes).entries()) node.place = place;
  return nodes;
}

function withEndsLast(nodes: readonly Node[]): Node[] {
  return [...nodes.filter(({ ends }) => ends.length === 0), ...nodes.filter(({ ends }) => ends.length > 0)];
}

/** What follows on each kind of character, by place: that of the node to fall back to, which is nearer to the root, where it has none of its own. */
function tableOf(nodes: readonly Node[], width: number): Uint16Array {
  if (nodes.length > 65_536) throw new Error('too many literals for one table');
  const table = new Uint16Array(nodes.length * width);
  for (const { place, fallback, next } of nodes) {
    if (fallback !== undefined)
      table.copyWithin(place * width, fallback.place * width, (fallback.place + 1) * width);
    for (const [kind, { place: to }] of next) table[place * width + kind] = to;
  }
  return table;
}
