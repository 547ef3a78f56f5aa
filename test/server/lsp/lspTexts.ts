/** Texts that the tests over stdio open. */
export const REACT = `Question: where?
Thought 1: look
Action 1: go[north]
Observation 1: a door
Thought 2: done
Action 2: finish[door]
`;

export const RECORD = JSON.stringify({
  id: 'r1',
  messages: [
    { role: 'user', content: 'list the files' },
    {
      role: 'assistant',
      content: 'hm',
      tool_calls: [
        { id: 'c1', type: 'function', function: { name: 'ls', arguments: '{"all":true}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'c1', content: 'a.txt\nb.txt' },
    { role: 'assistant', content: 'two files' },
  ],
});
