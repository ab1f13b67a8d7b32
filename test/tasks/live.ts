// `npm run tasks`: the tasks with a live model, when there is a key for one.
import { parseArgs } from 'node:util';
import { attachTasks } from './attach/index.ts';
import { backendTasks } from './backend/index.ts';
import { tableOf } from './live/table.ts';
import { attachGroup, groups } from './task.ts';

const usage = `npm run tasks -- [options]
  --group NAME    one group: ${[...groups, attachGroup].join(', ')}
  --task ID       one task
  --trials N      attempts at each task, 1 to 20 (3)
  --model ID      model of the provider whose key is set (TINYKIT_MODEL, else the builder's own choice)
  --out DIR       where transcripts are kept (test-results/tasks/<time>)

A key is ANTHROPIC_API_KEY, or OPENAI_API_KEY, or OPENAI_BASE_URL of a server that asks for none.
`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const env = process.env;

const { values: options } = parseArgs({
	options: {
		group: { type: 'string' },
		task: { type: 'string' },
		trials: { type: 'string', default: '3' },
		model: { type: 'string' },
		out: { type: 'string' },
		help: { type: 'boolean', default: false },
	},
});
const trials = Number(options.trials);
const tasks = [...backendTasks, ...attachTasks].filter(
	({ id, group }) =>
		(options.group === undefined || group === options.group) &&
		(options.task === undefined || id === options.task),
);
const names = [...new Set(tasks.map(({ group }) => group))];

if (options.help) say(usage);
else if (tasks.length === 0 || !Number.isInteger(trials) || trials < 1 || trials > 20) {
	say(`There is no such task, group or number of trials.\n\n${usage}`);
	process.exitCode = 2;
} else if (!env['ANTHROPIC_API_KEY'] && !env['OPENAI_API_KEY'] && !env['OPENAI_BASE_URL']) {
	const outcomes = names.map((group) => ({ group, notRun: 'no key' }));
	say(tableOf('Tasks with a live model: not run', outcomes));
} else {
	// Only now: it opens a whole installation.
	const { runLive } = await import('./live/run-live.ts');
	process.exitCode = await runLive(tasks, { ...options, trials }, env, say);
}
