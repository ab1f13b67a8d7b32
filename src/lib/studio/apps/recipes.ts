/** The starter's recipes, as words to begin with. They work with any model, too. */
export const recipes = [
	{ label: 'Guestbook', prompt: 'A guestbook where visitors leave their name and a message.' },
	{
		label: 'To-do list',
		prompt: 'A to-do list where everybody signs in and sees only their own tasks.',
	},
	{
		label: 'Poll with live results',
		prompt: 'A poll with four answers that shows the results live to everybody.',
	},
	{ label: 'Notes', prompt: 'A place for my own notes, with a title, a text and a search.' },
] as const;
