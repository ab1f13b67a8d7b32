import { randomUUID } from 'node:crypto';
import {
	answerLines,
	answerProblem,
	asked as schema,
	TinykitError,
	type Answers,
	type Asked,
	type RunEventBody,
	type WaitingFor,
} from '#lib/contracts/index.ts';
import type { ParkedAnswer } from '../agent/index.ts';
import { sql, type SqlNode, type Store, type Transaction } from '../backends.ts';

/** What a person decided about a question. */
export type Verdict =
	| { readonly status: 'answered'; readonly answers: Answers }
	| { readonly status: 'declined' }
	/** Nobody will answer any more: the run was stopped. */
	| { readonly status: 'stale' };

/** A run that waits, as it was frozen, and what it waits for. */
export interface Waiting {
	readonly asked: Asked;
	/** Text of `freezeRun`. */
	readonly frozen: string;
}

/**
 * What agents asked. The question and the frozen run are rows: nothing in memory waits, so a restart changes nothing
 * (docs/decisions/011-runs-that-wait.md).
 */
export interface Questions {
	/** Oldest first, the newest 200. */
	list(app: string): Promise<readonly Asked[]>;
	/** @throws TinykitError `question_not_found` */
	get(app: string, id: string): Promise<Asked>;
	/** For the transaction that also writes `question_asked`. @returns the question's id */
	park(
		tx: Transaction,
		id: string,
		run: { readonly app: string; readonly id: string },
		waitingFor: WaitingFor,
		frozen: string,
	): Promise<void>;
	/** For the transaction that also writes `question_answered`. @throws TinykitError `question_decided` */
	decide(tx: Transaction, id: string, verdict: Verdict, by: string): Promise<void>;
	/** The frozen run, until it has gone on. */
	waiting(run: string): Promise<Waiting | undefined>;
	/** The run goes on: for the transaction that writes its next event. */
	resumedQuery(run: string): SqlNode;
}

export const newQuestionId = (): string => randomUUID();

export function createQuestions(store: Store, now: () => Date): Questions {
	return {
		async list(app) {
			const rows = await store.all(sql`SELECT * FROM _tk_questions WHERE app = ${app}
				ORDER BY created DESC, rowid DESC LIMIT 200`);
			return rows.map(fromRow).reverse();
		},
		async get(app, id) {
			const row = await store.get(
				sql`SELECT * FROM _tk_questions WHERE app = ${app} AND id = ${id}`,
			);
			if (!row) throw new TinykitError('question_not_found');
			return fromRow(row);
		},
		async park(tx, id, run, waitingFor, frozen) {
			await tx.run(sql`INSERT INTO _tk_questions (id, app, run, waitingFor, status, created) VALUES
				(${id}, ${run.app}, ${run.id}, ${JSON.stringify(waitingFor)}, 'open', ${now().toISOString()})`);
			await tx.run(
				sql`INSERT INTO _tk_parked (run, question, parked) VALUES (${run.id}, ${id}, ${frozen})`,
			);
		},
		async decide(tx, id, verdict, by) {
			const answers = verdict.status === 'answered' ? JSON.stringify(verdict.answers) : null;
			const { changes } = await tx.run(sql`UPDATE _tk_questions SET status = ${verdict.status},
				answers = ${answers}, decided = ${now().toISOString()}, decidedBy = ${by}
				WHERE id = ${id} AND status = 'open'`);
			if (changes === 0) throw new TinykitError('question_decided');
		},
		async waiting(run) {
			const row = await store.get(sql`SELECT q.*, p.parked FROM _tk_parked p
				JOIN _tk_questions q ON q.id = p.question WHERE p.run = ${run}`);
			return row && { asked: fromRow(row), frozen: String(row['parked']) };
		},
		resumedQuery: (run) => sql`DELETE FROM _tk_parked WHERE run = ${run}`,
	};
}

/** @throws TinykitError `question_decided`, `invalid_request` when the answers do not fit the questions */
export function checkAnswers({ waitingFor, status }: Asked, answers: Answers): void {
	if (status !== 'open') throw new TinykitError('question_decided');
	const problem =
		waitingFor.kind === 'questions'
			? answerProblem(waitingFor.questions, answers)
			: 'a secret is entered, not answered.';
	if (problem !== undefined)
		throw new TinykitError('invalid_request', { message: problem, details: { field: 'answers' } });
}

/** What the log says of a verdict. */
export const answeredEvent = (asked: Asked, verdict: Verdict): RunEventBody => ({
	type: 'question_answered',
	questionId: asked.id,
	status: verdict.status,
	lines: verdict.status === 'answered' ? [...verdictLines(asked, verdict.answers)] : [],
});

const verdictLines = ({ waitingFor }: Asked, answers: Answers): readonly string[] =>
	waitingFor.kind === 'questions'
		? answerLines(waitingFor.questions, answers)
		: [`The secret ${waitingFor.name} is set.`];

/** The verdict as the result of the call that waited for it. */
export function resultOf(asked: Asked): ParkedAnswer {
	switch (asked.status) {
		case 'answered': {
			const lines = verdictLines(asked, asked.answers ?? {});
			const isSecret = asked.waitingFor.kind === 'secret';
			const note = isSecret ? ' Its value stays with tinykit.' : '';
			return { ok: true, text: lines.join('\n') + note, summary: lines.join(' · ').slice(0, 500) };
		}
		case 'declined':
			return {
				ok: false,
				text: 'The person does not want to answer this. Go on without it, or end the turn and say what is missing. Do not ask the same again.',
				summary: 'declined',
			};
		case 'stale':
		case 'open':
			return { ok: false, text: 'The run was stopped.', summary: 'stopped' };
	}
}

/** Answers worth remembering: one line each. */
export const answeredLines = (asked: Asked): readonly string[] =>
	asked.status === 'answered' && asked.waitingFor.kind === 'questions'
		? verdictLines(asked, asked.answers ?? {})
		: [];

const fromRow = (row: Readonly<Record<string, unknown>>): Asked =>
	schema.parse({
		...row,
		runId: row['run'],
		waitingFor: JSON.parse(String(row['waitingFor'])) as unknown,
		answers: typeof row['answers'] === 'string' ? (JSON.parse(row['answers']) as unknown) : null,
	});
