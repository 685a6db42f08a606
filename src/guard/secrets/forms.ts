/**
 * How secrets begin. `start` is a fragment of the one alternation that goes over every text; `rules` are the rules
 * of the preset that know the form in full. A new form is a new row.
 */
export type SecretForm = { start: string; rules: readonly string[] };

export const SECRET_FORMS: readonly SecretForm[] = [
  { start: '(?:A3T[A-Z0-9]|AKIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ASIA)[A-Z0-9]{8}', rules: ['aws'] },
  { start: '(?:SECRET|[Ss]ecret)_?(?:ACCESS|[Aa]ccess)', rules: ['aws'] },
  { start: 'gh[pousr]_|github_pat_', rules: ['github'] },
  { start: 'glpat-', rules: ['gitlab'] },
  { start: 'gl(?:c|sa)_', rules: ['grafana'] },
  { start: 'xox[a-z]-|xapp-|hooks\\.slack\\.com', rules: ['slack'] },
  { start: 'sk-ant-', rules: ['anthropic'] },
  { start: 'sk-', rules: ['openai'] },
  { start: '[sr]k_(?:live|test)_', rules: ['stripe'] },
  { start: 'SG\\.', rules: ['sendgrid'] },
  { start: 'shp(?:pa|ca|at|ss)_', rules: ['shopify'] },
  { start: 'gsk_', rules: ['groq'] },
  { start: 'hf_', rules: ['huggingface'] },
  { start: 'lin_api_', rules: ['linear'] },
  { start: 'ntn_|secret_', rules: ['notion'] },
  { start: 'ops_ey', rules: ['1password'] },
  { start: 'hv[sbr]\\.', rules: ['hashicorp-vault'] },
  { start: 'vc[piark]_', rules: ['vercel'] },
  { start: 'dapi[0-9a-fA-F]{8}', rules: ['databricks'] },
  { start: 'dckr_pat_', rules: ['docker'] },
  { start: 'figd_', rules: ['figma'] },
  { start: 'cf(?:k|ut|at)_', rules: ['cloudflare'] },
  { start: 'tskey-', rules: ['tailscale'] },
  { start: 'npm_', rules: ['npm'] },
  { start: '://[^\\s:@/]{1,100}:[^\\s@/]{1,200}@', rules: ['basicauth', 'database-connection-string'] },
];
