export const rules = `# Access rules

Each collection has five: list, view, create, update, delete. null: nobody but the builder. "": everybody, also without
signing in. Else an expression that must hold for the record. They are the only protection.

Operators: = != > >= < <= ~ (contains) !~ with && || and parentheses. ?= ?~ and the like: any item of a list.
Values: "text", 'text', 12, true, false, null. @now, @todayStart and the like are times.
Names: a field (title), through a relation (author.team.name), back (comments_via_post.text),
@request.auth.id and @request.auth.<field> (the person who asks; id is "" for a visitor),
@request.body.<field> (what was sent), @collection.<name>.<field> (any record there).
Modifiers: field:isset on @request.body (was it sent), :changed (is it sent and different), :length, :each, :lower.

Things people own (owner: relation to users, required):
\`\`\`rule collection=posts
@request.auth.id != "" && author = @request.auth.id
\`\`\`
create, so that nobody creates for somebody else:
\`\`\`rule collection=posts
@request.auth.id != "" && @request.body.author = @request.auth.id
\`\`\`
update, so that it cannot be given away:
\`\`\`rule collection=posts
@request.auth.id != "" && author = @request.auth.id && @request.body.author:changed = false
\`\`\`
Published for everybody, drafts for the author:
\`\`\`rule collection=posts
state = "public" || (@request.auth.id != "" && author = @request.auth.id)
\`\`\`
Comments by everybody who may see the post, shown with it:
\`\`\`rule collection=comments
post.state = "public" || (@request.auth.id != "" && post.author = @request.auth.id)
\`\`\`

- Write @request.auth.id != "" first wherever a field is compared with it: an empty relation equals a visitor.
- list and view alike, or a record that is hidden in the list is read by its id.
- expand and file links obey the view rule of the collection they lead to.
- A filter in the page hides nothing. A field that others must not see: hidden, or a collection of its own.
- Rules are tried with rules_check as a visitor and two people; read what it reports.
`;
