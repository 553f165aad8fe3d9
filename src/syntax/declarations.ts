import type { ArrowFunctionExpression, Class, ForInStatement, ForOfStatement, ForStatement, Function as OxcFunction, Node, ObjectPattern, Program } from 'oxc-parser';
import { addChildren } from './parse.ts';

/** A name with all its declarations; none for the `arguments` of a function. */
export type Variable = { name: string; scope: Scope; defs: Definition[] };

/** `node` is what declares: a declarator, function, class, clause or specifier; `name` where it says the name. */
type Definition = { node: Node; name: Node; means: Meaning };

export type Scope = {
  block: Node;
  above: Scope | null;
  /** Where `var` declares from here. */
  vars: Scope;
  kind: 'plain' | 'function' | 'type' | 'conditional-type';
  names: Map<string, Variable> | null;
};

/** Bits: values and types have names of their own in TypeScript; classes, enums and imports have both. */
type Meaning = number;
export const VALUE = 1;
export const TYPE = 2;
const BOTH = 3;

/** `variable` is undefined until it is asked for. */
export type Reference = { identifier: Node; scope: Scope; means: Meaning; /** The writing of a declaration's own value. */ initial: boolean; variable: Variable | null | undefined };

/** What a text says about its names, before anybody asks what one of them stands for. */
export type Declarations = {
  /** By identifier, where it stands for a variable. */
  references: Map<Node, Reference>;
  /** In source order; `within` is the statement around a declarator or an import's specifier. */
  definitions: { variable: Variable; node: Node; within: Node | null }[];
  /** Scopes of functions, by the function. */
  functions: Map<Node, Scope>;
};

/** Reads the scopes of a tree whose nodes know their parents, in one pass that looks nothing up. */
export function declarationsOf(program: Program): Declarations {
  const references: Declarations['references'] = new Map();
  const definitions: Declarations['definitions'] = [];
  const functions: Declarations['functions'] = new Map();
  const open: Node[] = [];
  const scopes: Scope[] = [];

  const root = scopeBelow(null, program, 'plain', true);
  laterAll(program.body, root);
  for (let node = open.pop(); node !== undefined; node = open.pop()) visit(node, scopes.pop()!);
  return { references, definitions, functions };

  /** The last one that is put here is the next one to be visited. */
  function later(node: Node | null | undefined, scope: Scope): void {
    if (node == null) return;
    open.push(node);
    scopes.push(scope);
  }

  function laterAll(nodes: readonly (Node | null)[] | null | undefined, scope: Scope): void {
    for (let i = (nodes?.length ?? 0) - 1; i >= 0; i--) later(nodes![i], scope);
  }

  function children(node: Node, scope: Scope): void {
    addChildren(node, open);
    while (scopes.length < open.length) scopes.push(scope);
  }

  function scopeBelow(above: Scope | null, block: Node, kind: Scope['kind'], takesVars = false): Scope {
    const scope: Scope = { block, above, vars: null!, kind, names: null };
    scope.vars = takesVars || above === null ? scope : above.vars;
    if (kind === 'function') functions.set(block, scope);
    return scope;
  }

  function define(scope: Scope, name: string, identifier: Node, node: Node, means: Meaning, within: Node | null = null): void {
    scope.names ??= new Map();
    let variable = scope.names.get(name);
    if (variable === undefined) scope.names.set(name, (variable = { name, scope, defs: [] }));
    variable.defs.push({ node, name: identifier, means });
    definitions.push({ variable, node, within });
  }

  function refer(identifier: Node, scope: Scope, means: Meaning, initial = false): void {
    references.set(identifier, { identifier, scope, means, initial, variable: undefined });
  }

  /** Declares the names of a pattern; `initial` tells that it is given a value where it stands. */
  function bind(pattern: Node, to: { scope: Scope; node: Node; within?: Node }, here: Scope, initial: boolean): void {
    switch (pattern.type) {
      case 'Identifier':
        define(to.scope, pattern.name, pattern, to.node, VALUE, to.within);
        if (initial) refer(pattern, here, VALUE, true);
        later(pattern.typeAnnotation, here);
        break;
      case 'AssignmentPattern':
        later(pattern.right, here);
        bind(pattern.left, to, here, true);
        break;
      case 'ObjectPattern':
        later(pattern.typeAnnotation, here);
        for (const property of (pattern as ObjectPattern).properties) {
          if (property.type === 'Property' && property.computed) later(property.key, here);
          bind(property.type === 'Property' ? property.value : property, to, here, initial);
        }
        break;
      case 'ArrayPattern':
        later(pattern.typeAnnotation, here);
        for (const element of pattern.elements) if (element !== null) bind(element, to, here, initial);
        break;
      case 'RestElement':
        later(pattern.typeAnnotation, here);
        bind(pattern.argument, to, here, initial);
        break;
      case 'TSParameterProperty':
        bind(pattern.parameter, to, here, initial);
        break;
      default:
        later(pattern, here);
    }
  }

  function visitFunction(node: OxcFunction | ArrowFunctionExpression, scope: Scope): void {
    let around = scope;
    if (node.type === 'FunctionExpression' && node.id !== null) {
      around = scopeBelow(scope, node, 'plain');
      define(around, node.id.name, node.id, node, VALUE);
    } else if (node.type !== 'ArrowFunctionExpression' && node.id !== null) define(scope, node.id.name, node.id, node, VALUE);
    const inner = scopeBelow(around, node, 'function', true);
    if (node.body?.type === 'BlockStatement') laterAll(node.body.body, inner);
    else later(node.body, inner);
    later(node.typeParameters, inner);
    later(node.returnType, inner);
    for (const parameter of node.params) {
      if ('decorators' in parameter) laterAll(parameter.decorators, scope);
      bind(parameter, { scope: inner, node }, inner, false);
    }
  }

  function visitClass(node: Class, scope: Scope): void {
    if (node.type === 'ClassDeclaration' && node.id !== null) define(scope, node.id.name, node.id, node, BOTH);
    const inner = scopeBelow(scope, node, 'plain');
    if (node.id !== null) define(inner, node.id.name, node.id, node, BOTH);
    later(node.body, inner);
    laterAll(node.implements, inner);
    later(node.superTypeArguments, inner);
    later(node.typeParameters, inner);
    later(node.superClass, inner);
    laterAll(node.decorators, scope);
  }

  function visitFor(node: ForStatement | ForInStatement | ForOfStatement, scope: Scope): void {
    const first = node.type === 'ForStatement' ? node.init : node.left;
    const inner = first?.type === 'VariableDeclaration' && first.kind !== 'var' ? scopeBelow(scope, node, 'plain') : scope;
    children(node, inner);
  }

  function visitFunctionType(node: Node & { typeParameters?: Node | null; params: Node[]; returnType: Node | null }, scope: Scope): void {
    const inner = scopeBelow(scope, node, 'type');
    later(node.returnType, inner);
    for (const parameter of node.params) bind(parameter, { scope: inner, node }, inner, false);
    later(node.typeParameters, inner);
  }

  function visitName(name: Node, scope: Scope, means: Meaning): void {
    let first = name;
    while (first.type === 'TSQualifiedName' || (first.type === 'MemberExpression' && !first.computed)) first = first.type === 'TSQualifiedName' ? first.left : first.object;
    if (first.type === 'Identifier') refer(first, scope, means);
    else later(first, scope);
  }

  function visit(node: Node, scope: Scope): void {
    switch (node.type) {
      case 'Identifier':
      case 'JSXIdentifier':
        refer(node, scope, VALUE);
        break;
      case 'MemberExpression':
        if (node.computed) later(node.property, scope);
        later(node.object, scope);
        break;
      case 'Property':
        later(node.value, scope);
        if (node.computed) later(node.key, scope);
        break;
      case 'VariableDeclaration':
        for (let i = node.declarations.length - 1; i >= 0; i--) later(node.declarations[i], scope);
        break;
      case 'VariableDeclarator': {
        const declaration = node.parent as Node & { type: 'VariableDeclaration' };
        const { parent } = declaration;
        const isLoop = (parent?.type === 'ForInStatement' || parent?.type === 'ForOfStatement') && parent.left === (declaration as unknown);
        later(node.init, scope);
        bind(node.id, { scope: declaration.kind === 'var' ? scope.vars : scope, node, within: declaration }, scope, node.init !== null || isLoop);
        break;
      }
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
      case 'TSDeclareFunction':
      case 'TSEmptyBodyFunctionExpression':
        visitFunction(node, scope);
        break;
      case 'ClassDeclaration':
      case 'ClassExpression':
        visitClass(node, scope);
        break;
      case 'MethodDefinition':
      case 'TSAbstractMethodDefinition':
        later(node.value, scope);
        if (node.computed) later(node.key, scope);
        laterAll(node.decorators, scope);
        break;
      case 'PropertyDefinition':
      case 'AccessorProperty':
      case 'TSAbstractPropertyDefinition':
      case 'TSAbstractAccessorProperty':
        later(node.typeAnnotation, scope);
        if (node.value !== null) later(node.value, scopeBelow(scope, node.value, 'plain', true));
        if (node.computed) later(node.key, scope);
        laterAll(node.decorators, scope);
        break;
      case 'StaticBlock':
        laterAll(node.body, scopeBelow(scope, node, 'plain', true));
        break;
      case 'BlockStatement':
        laterAll(node.body, scopeBelow(scope, node, 'plain'));
        break;
      case 'CatchClause': {
        const inner = scopeBelow(scope, node, 'plain');
        later(node.body, inner);
        if (node.param !== null) bind(node.param, { scope: inner, node }, inner, false);
        break;
      }
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
        visitFor(node, scope);
        break;
      case 'SwitchStatement':
        laterAll(node.cases, scopeBelow(scope, node, 'plain'));
        later(node.discriminant, scope);
        break;
      case 'LabeledStatement':
        later(node.body, scope);
        break;
      case 'ImportDeclaration':
        for (const specifier of node.specifiers) define(scope, specifier.local.name, specifier.local, specifier, BOTH, node);
        break;
      case 'ExportNamedDeclaration':
        later(node.declaration, scope);
        if (node.source === null) for (const { local, exportKind } of node.specifiers) if (local.type === 'Identifier') refer(local, scope, node.exportKind === 'type' || exportKind === 'type' ? TYPE : BOTH);
        break;
      case 'ExportDefaultDeclaration':
        if (node.declaration.type === 'Identifier') refer(node.declaration, scope, BOTH);
        else later(node.declaration, scope);
        break;
      case 'JSXOpeningElement':
        laterAll(node.attributes, scope);
        later(node.typeArguments, scope);
        visitElementName(node.name, scope);
        break;
      case 'JSXClosingElement':
        visitElementName(node.name, scope);
        break;
      case 'JSXMemberExpression':
        if (node.object.type !== 'JSXIdentifier' || node.object.name !== 'this') later(node.object, scope);
        break;
      case 'JSXAttribute':
        later(node.value, scope);
        break;
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'ExportAllDeclaration':
      case 'ImportAttribute':
      case 'MetaProperty':
      case 'PrivateIdentifier':
        break;
      default:
        if (node.type.startsWith('TS')) visitTyped(node, scope);
        else children(node, scope);
    }
  }

  /** In lower case it is the name of an element, not of a variable. */
  function visitElementName(name: Node, scope: Scope): void {
    if (name.type === 'JSXMemberExpression' || (name.type === 'JSXIdentifier' && (/^[^\p{Ll}]/u.test(name.name) || name.name === 'this'))) later(name, scope);
  }

  function visitTyped(node: Node, scope: Scope): void {
    switch (node.type) {
      case 'TSTypeReference':
        later(node.typeArguments, scope);
        visitName(node.typeName, scope, TYPE);
        break;
      case 'TSInterfaceHeritage':
      case 'TSClassImplements':
        later(node.typeArguments, scope);
        visitName(node.expression, scope, TYPE);
        break;
      case 'TSTypeQuery':
        later(node.typeArguments, scope);
        visitName(node.exprName, scope, VALUE);
        break;
      case 'TSTypePredicate':
        later(node.typeAnnotation, scope);
        if (node.parameterName.type === 'Identifier') refer(node.parameterName, scope, VALUE);
        break;
      case 'TSImportType':
        later(node.typeArguments, scope);
        break;
      case 'TSTypeParameter':
        define(scope, node.name.name, node.name, node, TYPE);
        later(node.default, scope);
        later(node.constraint, scope);
        break;
      case 'TSFunctionType':
      case 'TSConstructorType':
      case 'TSCallSignatureDeclaration':
      case 'TSConstructSignatureDeclaration':
        visitFunctionType(node, scope);
        break;
      case 'TSMethodSignature':
        visitFunctionType(node, scope);
        if (node.computed) later(node.key, scope);
        break;
      case 'TSPropertySignature':
        later(node.typeAnnotation, scope);
        if (node.computed) later(node.key, scope);
        break;
      case 'TSIndexSignature':
        later(node.typeAnnotation, scope);
        for (const parameter of node.parameters) later(parameter.typeAnnotation, scope);
        break;
      case 'TSNamedTupleMember':
        later(node.elementType, scope);
        break;
      case 'TSConditionalType': {
        const inner = scopeBelow(scope, node, 'conditional-type');
        later(node.falseType, scope);
        later(node.trueType, inner);
        later(node.extendsType, inner);
        later(node.checkType, inner);
        break;
      }
      case 'TSInferType': {
        // A name that is inferred inside a function's type belongs to the condition around it.
        let of: Scope | null = scope;
        while (of?.kind === 'type') of = of.above;
        const { typeParameter } = node;
        define(of?.kind === 'conditional-type' ? of : scope, typeParameter.name.name, typeParameter.name, typeParameter, TYPE);
        later(typeParameter.constraint, scope);
        break;
      }
      case 'TSMappedType': {
        const inner = scopeBelow(scope, node, 'type');
        define(inner, node.key.name, node.key, node, TYPE);
        later(node.typeAnnotation, inner);
        later(node.nameType, inner);
        later(node.constraint, inner);
        break;
      }
      case 'TSInterfaceDeclaration':
      case 'TSTypeAliasDeclaration': {
        define(scope, node.id.name, node.id, node, TYPE);
        const inner = node.typeParameters == null ? scope : scopeBelow(scope, node, 'plain');
        if (node.type === 'TSTypeAliasDeclaration') later(node.typeAnnotation, inner);
        else {
          later(node.body, inner);
          laterAll(node.extends, inner);
        }
        later(node.typeParameters, inner);
        break;
      }
      case 'TSEnumDeclaration': {
        define(scope, node.id.name, node.id, node, BOTH);
        const inner = scopeBelow(scope, node, 'plain');
        for (const member of node.body.members) {
          const { id } = member;
          if (id.type === 'Identifier') define(inner, id.name, id, member, BOTH);
          else if (id.type === 'Literal') define(inner, String(id.value), id, member, BOTH);
          later(member.initializer, inner);
        }
        break;
      }
      case 'TSModuleDeclaration':
        if (node.id.type === 'Identifier' && node.kind !== 'global') define(scope, node.id.name, node.id, node, BOTH);
        later(node.body, scopeBelow(scope, node, 'plain', true));
        break;
      case 'TSImportEqualsDeclaration':
        define(scope, node.id.name, node.id, node, BOTH);
        if (node.moduleReference.type !== 'TSExternalModuleReference') visitName(node.moduleReference, scope, VALUE);
        break;
      case 'TSExportAssignment':
        if (node.expression.type === 'Identifier') refer(node.expression, scope, BOTH);
        else later(node.expression, scope);
        break;
      default:
        children(node, scope);
    }
  }
}
