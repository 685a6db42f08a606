import { OBLIGATION_TYPE } from './submission.ts';

/** Where each endpoint is, below the URL that clients reach the gateway by. */
const ENDPOINTS = {
  access_evaluation_endpoint: '/access/v1/evaluation',
  access_evaluations_endpoint: '/access/v1/evaluations',
  search_subject_endpoint: '/access/v1/search/subject',
  search_action_endpoint: '/access/v1/search/action',
} as const;

/** What a client may know of this decision point before it asks. There is no search for resources: nobody here knows any. */
export function metadataOf(publicUrl: string): Record<string, unknown> {
  const endpoints = Object.entries(ENDPOINTS).map(([name, path]) => [name, publicUrl + path]);
  return {
    policy_decision_point: publicUrl,
    ...Object.fromEntries(endpoints),
    supported_obligations: [OBLIGATION_TYPE],
  };
}
