import type { ControlEvidence } from './controls.ts';
import { escapeHtml, table } from './html.ts';

/** What no record can show; said in every bundle. */
export const NOT_PROVEN = [
  'what anybody intended',
  'that every action of the agent went through the gateway',
  'that the result of a tool is true',
  'anything against whoever holds the signing key and rewrites the whole log, unless a checkpoint was kept elsewhere',
  'compliance with any law or standard',
];

const STYLE = `
:root { color-scheme: light; }
body { font: 14px/1.5 system-ui, sans-serif; color: #1f2328; max-width: 1100px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; border-bottom: 1px solid #d1d9e0; padding-bottom: .25rem; }
table { border-collapse: collapse; width: 100%; font-size: 13px; } th, td { text-align: left; vertical-align: top; padding: .3rem .5rem; border-bottom: 1px solid #d1d9e0; overflow-wrap: anywhere; }
td { min-width: 4.5rem; } th { background: #f6f8fa; white-space: nowrap; overflow-wrap: normal; } .counts { display: grid; grid-template-columns: repeat(auto-fill, minmax(18rem, 1fr)); gap: 1rem 2rem; align-items: start; } .counts td:last-child, .counts th:last-child { width: 4.5rem; text-align: right; } dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dt { color: #59636e; } dd { margin: 0; overflow-wrap: anywhere; }
pre { background: #f6f8fa; padding: .6rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 12px; }
.verdict { font-size: 1.1rem; padding: .6rem .8rem; border-left: 6px solid #9a6700; background: #fff8e5; } .verdict.good { border-color: #1a7f37; background: #eefbf1; } .verdict.bad { border-color: #cf222e; background: #fff0f0; }
.drawing { overflow-x: auto; } svg text { font: 12px system-ui, sans-serif; text-anchor: middle; } svg text.small { font-size: 10px; fill: #59636e; }
svg rect { fill: #fff; stroke: #59636e; stroke-width: 1.5; } svg rect.good { stroke: #1a7f37; } svg rect.bad { stroke: #cf222e; } svg .edge { fill: none; stroke: #8c959f; }
@media print { body { margin: 0; max-width: none; } h2 { break-after: avoid; } tr { break-inside: avoid; } .drawing svg { width: 100%; height: auto; } }
`;

/** What every report ends with. */
type Frame = {
  title: string;
  /** Markup; whatever was recorded is escaped in it. */
  body: string;
  controls: readonly ControlEvidence[];
};

/** A report as one page: for reading and printing, without script, with nothing from elsewhere. */
export function reportPage({ title, body, controls }: Frame): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
<h2>Controls</h2>
<p>Which recorded events speak to which control. That evidence is there is no statement on compliance.</p>
${table(
  ['Framework', 'Control', 'Shows', 'Evidence'],
  controls.map((each) => [
    `${each.framework} ${each.edition}`,
    each.control,
    each.shows,
    each.status === 'evidence_present' ? `${each.event_count} events` : 'none',
  ]),
)}
<h2>Verify it yourself</h2>
<p>This page is a reading of <code>events.jsonl</code>. Its bytes, and those of every other file, are named in <code>manifest.json</code> and <code>SHA256SUMS</code>; README.txt says how to check them with common tools, and <code>aisecops verify FILE.zip</code> checks everything.</p>
<h2>Not proven by any of this</h2>
<ul>
${NOT_PROVEN.map((each) => `<li>${escapeHtml(each)}</li>`).join('\n')}
</ul>
</body>
</html>
`;
}
