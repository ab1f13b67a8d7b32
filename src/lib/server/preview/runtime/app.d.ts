declare module '$app-root' {
	const App: unknown;
	export default App;
}
declare module '$app-styles';
