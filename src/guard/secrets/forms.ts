/**
 * How secrets begin. Where one of the literals of `begins` stands, `start` says whether it is worth a look; `rules` are the
 * rules of the preset that know the form in full. A new form is a new row.
 */
export type SecretForm = { begins: string; start: string; rules: readonly string[] };

export const SECRET_FORMS: readonly SecretForm[] = [
  {
    begins: 'A3T|AKIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ASIA',
    start: '(?:A3T[A-Z0-9]|AKIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ASIA)[A-Z0-9]{8}',
    rules: ['aws'],
  },
  { begins: 'secret', start: '(?:SECRET|[Ss]ecret)_?(?:ACCESS|[Aa]ccess)', rules: ['aws'] },
  { begins: 'ghp_|gho_|ghu_|ghs_|ghr_|github_pat_', start: 'gh[pousr]_|github_pat_', rules: ['github'] },
  { begins: 'glpat-', start: 'glpat-', rules: ['gitlab'] },
  { begins: 'glc_|glsa_', start: 'gl(?:c|sa)_', rules: ['grafana'] },
  { begins: 'xox|xapp-|hooks.slack.com', start: 'xox[a-z]-|xapp-|hooks\\.slack\\.com', rules: ['slack'] },
  { begins: 'sk-ant-', start: 'sk-ant-', rules: ['anthropic'] },
  { begins: 'sk-', start: 'sk-', rules: ['openai'] },
  { begins: 'sk_|rk_', start: '[sr]k_(?:live|test)_', rules: ['stripe'] },
  { begins: 'SG.', start: 'SG\\.', rules: ['sendgrid'] },
  { begins: 'shp', start: 'shp(?:pa|ca|at|ss)_', rules: ['shopify'] },
  { begins: 'gsk_', start: 'gsk_', rules: ['groq'] },
  { begins: 'hf_', start: 'hf_', rules: ['huggingface'] },
  { begins: 'lin_api_', start: 'lin_api_', rules: ['linear'] },
  { begins: 'ntn_|secret_', start: 'ntn_|secret_', rules: ['notion'] },
  { begins: 'ops_ey', start: 'ops_ey', rules: ['1password'] },
  { begins: 'hvs.|hvb.|hvr.', start: 'hv[sbr]\\.', rules: ['hashicorp-vault'] },
  { begins: 'vcp_|vci_|vca_|vcr_|vck_', start: 'vc[piark]_', rules: ['vercel'] },
  { begins: 'dapi', start: 'dapi[0-9a-fA-F]{8}', rules: ['databricks'] },
  { begins: 'dckr_pat_', start: 'dckr_pat_', rules: ['docker'] },
  { begins: 'figd_', start: 'figd_', rules: ['figma'] },
  { begins: 'cfk_|cfut_|cfat_', start: 'cf(?:k|ut|at)_', rules: ['cloudflare'] },
  { begins: 'tskey-', start: 'tskey-', rules: ['tailscale'] },
  { begins: 'npm_', start: 'npm_', rules: ['npm'] },
  {
    begins: '://',
    start: '://[^\\s:@/]{1,100}:[^\\s@/]{1,200}@',
    rules: ['basicauth', 'database-connection-string'],
  },
];
