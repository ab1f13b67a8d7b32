import type { Answers, Question } from '#lib/contracts/index.ts';

/** What stands in the form, before it is an answer: text as typed, choices as picked. */
export type Draft = Record<string, string | string[]>;

/** Nothing is chosen for the person. */
export function emptyDraft(questions: readonly Question[]): Draft {
	return Object.fromEntries(
		questions.map((question) => [question.id, question.type === 'several' ? [] : '']),
	);
}

export type Checked =
	| { readonly ok: true; readonly answers: Answers }
	/** What is wrong, by question id. */
	| { readonly ok: false; readonly problems: Readonly<Record<string, string>> };

/**
 * The answers as the server takes them, or what is missing in words.
 * @example checkDraft([{ id: 'n', title: 'How many?', type: 'number', max: 9 }], { n: '12' }) // n: At most 9.
 */
export function checkDraft(questions: readonly Question[], draft: Draft): Checked {
	const answers: Answers = {};
	const problems: Record<string, string> = {};
	for (const question of questions) {
		const result = checkOne(question, draft[question.id] ?? '');
		if ('problem' in result) problems[question.id] = result.problem;
		else answers[question.id] = result.value;
	}
	return Object.keys(problems).length === 0 ? { ok: true, answers } : { ok: false, problems };
}

function checkOne(
	question: Question,
	given: string | readonly string[],
): { readonly value: Answers[string] } | { readonly problem: string } {
	if (question.type === 'several')
		return {
			value: typeof given === 'string' ? [] : question.options.filter((o) => given.includes(o)),
		};
	const text = typeof given === 'string' ? given.trim() : '';
	switch (question.type) {
		case 'choice':
			return question.options.includes(text) ? { value: text } : { problem: 'Choose one.' };
		case 'yes_no':
			return text === 'yes' || text === 'no'
				? { value: text === 'yes' }
				: { problem: 'Choose yes or no.' };
		case 'text': {
			const max = question.max ?? 2000;
			if (text === '') return { problem: 'Write an answer.' };
			return text.length <= max ? { value: text } : { problem: `At most ${max} characters.` };
		}
		case 'number': {
			const value = Number(text.replace(',', '.'));
			if (text === '' || !Number.isFinite(value)) return { problem: 'Give a number.' };
			if (question.min !== undefined && value < question.min)
				return { problem: `At least ${question.min}.` };
			if (question.max !== undefined && value > question.max)
				return { problem: `At most ${question.max}.` };
			return { value };
		}
	}
}
