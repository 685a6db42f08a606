import { createLocalEnforcement } from 'aisecops-interceptor/local';
import { planOf } from './plans.ts';

/** Decides until it is ended, several plans at once, and prints the receipt of each answer as soon as it has it. */
const [directory = '', policies = ''] = process.argv.slice(2);
const local = await createLocalEnforcement({
  ...{ directory, bundle: { directory: policies }, tenant_id: 'acme-corp' },
});
for (;;) {
  const answers = Array.from({ length: 8 }, async () => {
    const { audit } = await local.evaluate(planOf('block'));
    process.stdout.write(`${audit.sequence} ${audit.hash}\n`);
  });
  await Promise.all(answers);
}
