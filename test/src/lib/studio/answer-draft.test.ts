import { describe, expect, it } from 'vitest';
import { answerProblem, type Answers, type Question } from '#lib/contracts/index.ts';
import { checkDraft, emptyDraft, type Draft } from '#lib/studio/chat/answer-draft.ts';

const choice: Question = { id: 'c', title: 'Which?', type: 'choice', options: ['red', 'blue'] };
const several: Question = { id: 's', title: 'Which?', type: 'several', options: ['a', 'b', 'c'] };
const words: Question = { id: 't', title: 'What?', type: 'text', max: 5 };
const yesNo: Question = { id: 'y', title: 'Really?', type: 'yes_no' };
const count: Question = { id: 'n', title: 'How many?', type: 'number', min: 1, max: 9 };
const all = [choice, several, words, yesNo, count];

const right: readonly (readonly [Question, Draft[string], Answers[string]])[] = [
	[choice, 'blue', 'blue'],
	[several, [], []],
	[several, ['c', 'a'], ['a', 'c']],
	[words, ' hi ', 'hi'],
	[yesNo, 'yes', true],
	[yesNo, 'no', false],
	[count, '9', 9],
	[count, '1,5', 1.5],
];
const wrong: readonly (readonly [Question, Draft[string], string])[] = [
	[choice, '', 'Choose one.'],
	[choice, 'green', 'Choose one.'],
	[words, '   ', 'Write an answer.'],
	[words, 'longer', 'At most 5 characters.'],
	[yesNo, '', 'Choose yes or no.'],
	[count, '', 'Give a number.'],
	[count, 'x', 'Give a number.'],
	[count, '0', 'At least 1.'],
	[count, '10', 'At most 9.'],
];

describe('checkDraft', () => {
	it.each(right)('%o with %o', (question, given, value) => {
		const checked = checkDraft([question], { [question.id]: given });
		expect(checked).toEqual({ ok: true, answers: { [question.id]: value } });
		// The server takes what the form lets through.
		expect(answerProblem([question], { [question.id]: value })).toBeUndefined();
	});

	it.each(wrong)('%o with %o says what is wrong', (question, given, problem) => {
		expect(checkDraft([question], { [question.id]: given })).toEqual({
			ok: false,
			problems: { [question.id]: problem },
		});
	});

	it('chooses nothing for the person, and tells of every question at once', () => {
		const checked = checkDraft(all, emptyDraft(all));
		expect(checked.ok).toBe(false);
		expect(!checked.ok && Object.keys(checked.problems)).toEqual(['c', 't', 'y', 'n']);
	});
});
