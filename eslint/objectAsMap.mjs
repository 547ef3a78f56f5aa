import ts from 'typescript';

/**
 * An object is no map of keys that come from a file or a message: `counts['constructor']` finds what every object
 * inherits, and `counts['__proto__'] = x` sets no member. Flags reading, writing and `in` with a key that is any
 * string.
 */
export const objectAsMap = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      foreign:
        'The key may be any string, such as "constructor" or "__proto__": use a Map, or ask Object.hasOwn through a helper.',
    },
  },
  create(context) {
    const { esTreeNodeToTSNodeMap: nodes, program } = context.sourceCode.parserServices;
    const checker = program.getTypeChecker();
    const typeOf = (node) => checker.getTypeAtLocation(nodes.get(node));
    const isAnyString = (node) => (typeOf(node).flags & ts.TypeFlags.String) !== 0;
    const isDictionary = (node) => {
      const type = checker.getNonNullableType(typeOf(node));
      return checker.getIndexInfoOfType(type, ts.IndexKind.String) !== undefined;
    };
    return {
      MemberExpression(node) {
        if (!node.computed || !isAnyString(node.property) || !isDictionary(node.object)) return;
        context.report({ node, messageId: 'foreign' });
      },
      BinaryExpression(node) {
        if (node.operator !== 'in' || node.left.type === 'PrivateIdentifier') return;
        if (isAnyString(node.left)) context.report({ node, messageId: 'foreign' });
      },
    };
  },
};
