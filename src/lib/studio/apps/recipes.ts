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
	{
		label: 'Kanban board',
		prompt: 'A kanban board with cards in three columns: to do, doing and done.',
	},
	{
		label: 'Habit tracker',
		prompt: 'A habit tracker where I tick off each day and see my streaks.',
	},
	{ label: 'Expenses', prompt: 'An expense tracker with categories and a total for each month.' },
	{
		label: 'Feedback board',
		prompt: 'A feedback board where people suggest features and vote for them.',
	},
	{ label: 'Chat room', prompt: 'A chat room for everybody who is signed in, live.' },
	{
		label: 'Invitation',
		prompt: 'An invitation where guests answer whether they are coming, and how many they are.',
	},
	{
		label: 'Cookbook',
		prompt: 'A cookbook that everybody can read, where people add their own recipes.',
	},
	{ label: 'Link collection', prompt: 'A place for my bookmarks, with tags and a search.' },
	{ label: 'Inventory', prompt: 'An inventory that counts what is in stock and what runs low.' },
	{
		label: 'Team directory',
		prompt: 'A team directory where each person keeps an entry of their own.',
	},
	{
		label: 'Waiting list',
		prompt: 'A landing page with a waiting list: people leave their e-mail address.',
	},
] as const;
