import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config.ts';
import { exitCodeOf } from '../../src/exit-codes.ts';
import { textOf } from './tables.ts';

const DOCKERFILE = textOf('Dockerfile');
const UNIT = textOf('deploy/aisecops.service');
const COMPOSE = textOf('deploy/compose.yaml');
const KUBERNETES = textOf('deploy/kubernetes.yaml');
const SETTINGS = Object.keys(configSchema.shape).map((name) => `AISECOPS_${name.toUpperCase()}`);
/** What docs/operations.md asks an orchestrator to wait before it kills. */
const STOP_SECONDS = 15;

type Yaml = { [member: string]: Yaml } & Yaml[];

function documentsOf(text: string): Yaml[] {
  return loadAll(text) as Yaml[];
}

function kindOf(kind: string): Yaml | undefined {
  return documentsOf(KUBERNETES).find((document) => `${document['kind']}` === kind);
}

const POD = kindOf('Deployment')?.['spec']?.['template']?.['spec'];
const CONTAINER = POD?.['containers']?.[0];

/** What `npm start` runs once it has built, word by word. */
function startCommand(): string[] {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: { start: string } };
  const [, command = ''] = scripts.start.split(' && ');
  return command.split(' ');
}

describe('what starts the gateway elsewhere', () => {
  it('does so with the flags of npm start', () => {
    const [, command = '[]'] = /^CMD (\[.*\])$/m.exec(DOCKERFILE) ?? [];
    expect(JSON.parse(command)).toEqual(startCommand());
    const [, program = ''] = /^ExecStart=\/usr\/bin\/(.*)$/m.exec(UNIT) ?? [];
    expect(program.split(' ')).toEqual(startCommand());
  });

  it.each([
    ['Dockerfile', DOCKERFILE],
    ['compose.yaml', COMPOSE],
    ['kubernetes.yaml', KUBERNETES],
    ['aisecops.service', UNIT],
  ])('%s names no setting there is not', (_, text) => {
    const withoutComments = text.replaceAll(/^\s*#.*$/gm, '');
    const named = withoutComments.match(/\bAISECOPS_\w+/g) ?? [];
    expect(named.filter((name) => !SETTINGS.includes(name))).toEqual([]);
  });

  it('waits long enough for a stop', () => {
    expect(POD?.['terminationGracePeriodSeconds']).toBeGreaterThanOrEqual(STOP_SECONDS);
    const seconds = [/stop_grace_period: (\d+)s/.exec(COMPOSE), /TimeoutStopSec=(\d+)/.exec(UNIT)];
    for (const found of seconds) expect(Number(found?.[1])).toBeGreaterThanOrEqual(STOP_SECONDS);
  });
});

describe('Dockerfile', () => {
  it('copies all that a start reads, and runs as somebody without rights', () => {
    for (const path of ['dist dist', 'node_modules node_modules', 'policies policies'])
      expect(DOCKERFILE).toMatch(new RegExp(`^COPY (--from=build /app/)?${path}$`, 'm'));
    expect(DOCKERFILE).toMatch(/^RUN npm ci && npm run build /m);
    expect(DOCKERFILE.lastIndexOf('USER node')).toBeGreaterThan(DOCKERFILE.lastIndexOf('RUN '));
  });

  it('runs on the Node that package.json asks for', () => {
    const { engines } = JSON.parse(textOf('package.json')) as { engines: { node: string } };
    const images = [...DOCKERFILE.matchAll(/^FROM node:(\d+)/gm)].map(([, major]) => `>=${major}`);
    expect(new Set(images)).toEqual(new Set([engines.node]));
  });
});

describe('kubernetes.yaml', () => {
  it('never lets two writers at one log', () => {
    expect(kindOf('Deployment')?.['spec']).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    expect(kindOf('PersistentVolumeClaim')?.['spec']?.['accessModes']).toEqual(['ReadWriteOncePod']);
  });

  it('keeps the variables that Kubernetes makes from a service out of the settings', () => {
    // A service `aisecops` would set AISECOPS_PORT=tcp://… and AISECOPS_SERVICE_HOST: the start refuses both.
    expect(POD?.['enableServiceLinks']).toBe(false);
  });

  it('gives the keys to nobody else, and the process no more than it needs', () => {
    expect(POD?.['securityContext']).toMatchObject({
      runAsNonRoot: true,
      fsGroupChangePolicy: 'OnRootMismatch',
    });
    expect(CONTAINER?.['securityContext']).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('has a volume for log and store, and a probe for each question', () => {
    const mounts = [...(CONTAINER?.['volumeMounts'] ?? [])].map((mount) => mount['mountPath']);
    expect(mounts).toEqual(expect.arrayContaining(['/app/audit', '/app/data']));
    const probes = ['livenessProbe', 'readinessProbe', 'startupProbe'].map(
      (name) => CONTAINER?.[name]?.['httpGet']?.['path'],
    );
    expect(probes).toEqual(['/livez', '/readyz', '/livez']);
  });
});

describe('aisecops.service', () => {
  it('does not start again what only a person can mend', () => {
    const [, codes = ''] = /^RestartPreventExitStatus=(.*)$/m.exec(UNIT) ?? [];
    const expected = ['audit_damaged', 'invalid_config'].map((code) =>
      exitCodeOf(Object.assign(new Error('it'), { code })),
    );
    expect(codes.split(' ').map(Number)).toEqual(expected);
  });
});
