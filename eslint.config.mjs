import tseslint from 'typescript-eslint';

// kernel/mp3 is AssemblyScript with decorators, which only its compiler reads.
export default tseslint.config(
  { ignores: ['libs/audio/kernel/mp3/**', '**/dist/**', '**/node_modules/**', '.nx/**', '**/coverage/**', 'quickstart/**', 'voices/**'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'eqeqeq': 'error',
      'no-empty': 'error',
    },
  },
  {
    files: ['libs/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-console': ['error'],
      'no-restricted-syntax': [
        'error',
        { selector: "ImportDeclaration[importKind='value'][source.value=/^[@a-z]/]:has(ImportSpecifier):not(:has(:matches(ImportSpecifier[importKind='value'], ImportDefaultSpecifier, ImportNamespaceSpecifier)))", message: 'Only types: write `import type { … }`, or the package is loaded for nothing.' },
        { selector: 'ExportAllDeclaration', message: 'Name every export: a name in an index is a promise (no `export *`).' },
        { selector: "CallExpression[callee.object.name='process'][callee.property.name='exit']", message: 'Only apps/cli/src/main.ts ends the process.' },
      ],
    },
  },
  { files: ['apps/cli/src/main.ts', 'apps/cli/src/exit.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['examples/stand-in-engine/**'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
