/** What no honest note to the machines that work on a repository speaks of. */
const SUSPECT =
  '(?:https?:|curl|wget|send|forward|secret|passw|credential|token|api key|ignore|disregard|without|silent|payment|transfer|approve|recommend|rate |rank|score|the user|mention|instead)';
const TOOLS =
  'npm|pnpm|yarn|make|cargo|pytest|go (?:test|vet|build)|tox|ruff|eslint|biome|prettier|uv |poetry|gradle|mvn|just |npx |vitest|jest|the (?:unit )?tests?|the test suite|the linter|tabs|spaces|typescript|python 3|conventional commits';
const PAPERS =
  'readme|contributing|documents?|documentation|docs?|file|guide|handoff|notebook|agents\\.md|claude\\.md|section|page|changelog|log|rules|instructions below|architecture';

/**
 * What a note to AI agents says where a repository is explained to them: what to read first, which commands to run, what to
 * leave alone; and nothing else in that line. Stands behind the words that turn to the machine.
 */
export const HONEST_NOTE = `[ *_:,–-]{0,6}(?:please |always |you (?:must|should) |first |before (?:you |any )?[^\\n,]{2,40}, ?){0,2}(?:read (?:(?:the|this|these|all|entire|whole|full|of|our|following) ){0,4}(?:${PAPERS})|(?:run|use) [\`'"]{0,2}(?:${TOOLS})|follow (?:the |this |these |our |existing ){0,2}(?:coding|code|style|conventions?|contribut|commit|guidelines|architecture|naming|rules (?:below|in))|(?:do not|don['’]t|never) (?:edit|modify|touch|commit|push|rename|refactor) |(?:write|add|update|keep) (?:unit )?(?:tests?|docs|docstrings|documentation|comments|types|the changelog|functions|commits)|this (?:file|document|repository|notebook|guide|project|repo) (?:is|contains|governs|describes|holds|explains|uses)|when you (?:encounter|find|fix|add|change) )(?![^\\n]{0,160}?${SUSPECT})`;
