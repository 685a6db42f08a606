import type { Api, Decision } from './api.ts';

/** How a plan is expected to be decided. */
export type Script = { decision: Decision['decision']; reason: string };

/** One thing that happened: an agent asked and was answered, a person acted, or the evidence was looked at. */
export type Beat =
  | { kind: 'asked'; asked: string; answer: Decision; script: Script; isAsScripted: boolean }
  | { kind: 'done'; text: string; isAsScripted: boolean };

export type Scene = { title: string; play(story: Story): Promise<void> };

/** Who speaks to the gateway in the story, each with a token of their own. */
export type Cast = {
  admin: Api;
  /** The platform that runs the agents. */
  runtime: Api;
  /** A person who may approve. */
  approver: Api;
  /** An agent registered for this story alone, with budgets nobody has touched. */
  guestId: string;
};

/** What the scenes are played on: it asks, compares with the script and passes every beat on. */
export class Story {
  readonly cast: Cast;
  readonly #onBeat: (beat: Beat) => void;

  constructor(cast: Cast, onBeat: (beat: Beat) => void) {
    this.cast = cast;
    this.#onBeat = onBeat;
  }

  /** Sends a plan and holds the answer to the script. */
  async ask(asked: string, plan: object, script: Script): Promise<Decision> {
    const answer = await this.cast.runtime.send<Decision>('POST /evaluate', plan);
    const isAsScripted = answer.decision === script.decision && answer.reason === script.reason;
    this.#onBeat({ kind: 'asked', asked, answer, script, isAsScripted });
    return answer;
  }

  /** Tells what else happened, and whether it went as it should. */
  tell(text: string, isAsScripted = true): void {
    this.#onBeat({ kind: 'done', text, isAsScripted });
  }
}
