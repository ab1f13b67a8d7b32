import {
	agentBudgets,
	type AgentBudgets,
	type AgentSpent,
	type RunEventBody,
	type StopReason,
} from '#lib/contracts/index.ts';
import type { AgentAllowance } from '../agent/index.ts';
import { sql, type Reader, type SqlNode, type Store } from '../backends.ts';
import { readState, writeStateQuery } from '../tables/index.ts';

export type BudgetPatch = {
	readonly [K in keyof AgentBudgets]?: AgentBudgets[K] | undefined;
};

/** What agents spent, by app and day (UTC), and what they may. Sums stay when an app is deleted: its day was spent. */
export interface RunBudgets {
	read(): Promise<AgentBudgets>;
	update(patch: BudgetPatch): Promise<AgentBudgets>;
	/** For the transaction that also writes the event. */
	spendQuery(app: string, event: Extract<RunEventBody, { type: 'usage' }>): SqlNode;
	ofApp(app: string): Promise<AgentSpent>;
	today(): Promise<AgentSpent>;
	of(app: string): AgentAllowance;
}

const unlimited: AgentBudgets = { appTokens: null, appUsd: null, dayTokens: null, dayUsd: null };

export function createRunBudgets(store: Store, now: () => Date): RunBudgets {
	const day = (): string => now().toISOString().slice(0, 10);
	const read = async (from: Reader = store): Promise<AgentBudgets> =>
		agentBudgets.catch(unlimited).parse((await readState(from, 'agent_budgets')) ?? unlimited);
	const sum = async (which: SqlNode): Promise<AgentSpent> => {
		const row = await store.get(
			sql`SELECT coalesce(sum(tokens), 0) AS tokens, coalesce(sum(usd), 0) AS usd FROM _tk_spent WHERE ${which}`,
		);
		return { tokens: Number(row?.['tokens']), usd: Number(row?.['usd']) };
	};
	const ofApp = (app: string): Promise<AgentSpent> => sum(sql`app = ${app}`);
	const today = (): Promise<AgentSpent> => sum(sql`day = ${day()}`);
	const reached = (spent: AgentSpent, tokens: number | null, usd: number | null): boolean =>
		(tokens !== null && spent.tokens >= tokens) || (usd !== null && spent.usd >= usd);

	return {
		read: () => read(),
		update: (patch) =>
			store.write(async (tx) => {
				const next = agentBudgets.parse({ ...(await read(tx)), ...patch });
				await tx.run(writeStateQuery('agent_budgets', next));
				return next;
			}),
		spendQuery: (app, { inputTokens, outputTokens, cachedTokens, usd = 0 }) =>
			sql`INSERT INTO _tk_spent (app, day, tokens, usd)
				VALUES (${app}, ${day()}, ${inputTokens + outputTokens + cachedTokens}, ${usd})
				ON CONFLICT (app, day) DO UPDATE SET tokens = tokens + excluded.tokens, usd = usd + excluded.usd`,
		ofApp,
		today,
		of: (app) => ({
			async exceeded(): Promise<StopReason | undefined> {
				const budgets = await read();
				if (reached(await ofApp(app), budgets.appTokens, budgets.appUsd)) return 'app_budget';
				return reached(await today(), budgets.dayTokens, budgets.dayUsd) ? 'day_budget' : undefined;
			},
		}),
	};
}
