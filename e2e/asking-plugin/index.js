/** A plugin of somebody else's, for OpenClaw: it asks before a file is read, for as long as the name of the file says. */
export default {
  id: 'asking-plugin',
  name: 'Asking plugin',
  register(api) {
    api.on('before_tool_call', ({ toolName, params }) => {
      const [, timeoutMs] = /ask-(\d+)/.exec(String(params.path)) ?? [];
      if (toolName !== 'read' || timeoutMs === undefined) return undefined;
      return {
        requireApproval: {
          title: 'Read a file',
          description: `The agent wants to read ${params.path}`,
          allowedDecisions: ['allow-once', 'deny'],
          timeoutMs: Number(timeoutMs),
        },
      };
    });
  },
};
