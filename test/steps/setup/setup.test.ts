import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findSetup, type Setup } from '../../../src/steps/setup/index.ts';
import { projectFiles } from '../../helpers/project-files.ts';

function setupOf(contents: Record<string, string>, workspaceRoot = '.'): Setup {
  const files = projectFiles({ 'package.json': '{}', ...contents });
  return findSetup(files.root, workspaceRoot, files);
}

/** Codes with their places: `Dockerfile:2 adapter-value`. */
function told(contents: Record<string, string>): string[] {
  return setupOf(contents).findings.map(({ code, file, line }) => `${file}:${line} ${code}`);
}

/** An image that is fine, with more lines of its own from line 3 on. */
function dockerfile(...lines: string[]): Record<string, string> {
  return { Dockerfile: ['FROM node:24-slim', 'COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.1.0 /lambda-adapter /opt/extensions/lambda-adapter', ...lines].join('\n') };
}

const wrapper = "AWS_LAMBDA_EXEC_WRAPPER: /opt/bootstrap";

/** A zip that is fine; each part may be given anew. */
function template({ layer = 'arn:aws:lambda:eu-west-1:753240598075:layer:LambdaAdapterLayerX86:30', variables = [wrapper], handler = 'run.sh', more = [] as string[] } = {}): Record<string, string> {
  return {
    'template.yaml': ['Resources:', '  Web:', '    Type: AWS::Serverless::Function', '    Properties:', `      Handler: ${handler}`, '      Runtime: nodejs24.x', '      CodeUri: .', `      Layers: ['${layer}']`, ...more.map((line) => `      ${line}`), '      Environment:', '        Variables:', ...variables.map((line) => `          ${line}`)].join('\n'),
    'run.sh': '#!/bin/bash\nexec node server.js\n',
  };
}

describe('a set-up that is right', () => {
  it('gives no finding', () => {
    assert.deepEqual(told(dockerfile('ENV AWS_LWA_PORT=3000 AWS_LWA_ASYNC_INIT=true AWS_LWA_READINESS_CHECK_PATH=/health', 'EXPOSE 3000')), []);
    assert.deepEqual(told(template()), []);
  });

  it('of a function without the adapter is none of our business', () => {
    assert.deepEqual(told({ Dockerfile: 'FROM public.ecr.aws/lambda/nodejs:24\nENV ASYNC_INIT=yes\nCMD ["index.handler"]' }), []);
  });
});

describe('names of variables', () => {
  it('that no version reads are told with what was meant', () => {
    const { findings } = setupOf(dockerfile('ENV LWA_ASYNC_INIT=true', 'ENV AWS_LWA_READYNESS_CHECK_PATH=/health', 'ENV AWS_LWA_SOMETHING_ELSE=1'));
    assert.deepEqual(findings.map(({ line, message }) => [line, message]), [
      [3, 'No version of the Lambda Web Adapter reads LWA_ASYNC_INIT; what it reads is AWS_LWA_ASYNC_INIT.'],
      [4, 'No version of the Lambda Web Adapter reads AWS_LWA_READYNESS_CHECK_PATH; what it reads is AWS_LWA_READINESS_CHECK_PATH.'],
      [5, 'No version of the Lambda Web Adapter reads AWS_LWA_SOMETHING_ELSE.'],
    ]);
  });

  it('of our own are left alone', () => {
    assert.deepEqual(told(dockerfile('ENV LWA_SPLIT_FUNCTION=web')), []);
  });

  it('that are old, gone or too new for the version are told', () => {
    assert.deepEqual(told(dockerfile('ENV READINESS_CHECK_PATH=/health', 'ENV AWS_LWA_ENABLE_TLS=1', 'ENV AWS_LWA_READINESS_CHECK_MIN_UNHEALTHY_STATUS=400')), [
      'Dockerfile:3 adapter-old-name',
      'Dockerfile:4 adapter-variable-gone',
      'Dockerfile:5 adapter-variable-gone',
    ]);
    const old = dockerfile('ENV AWS_LWA_ERROR_STATUS_CODES=500', 'ENV AWS_LWA_REMOVE_BASE_PATH=/api').Dockerfile!.replace('1.1.0', '0.8.4');
    assert.deepEqual(told({ Dockerfile: old }), ['Dockerfile:2 adapter-outdated', 'Dockerfile:3 adapter-variable-too-new', 'Dockerfile:4 adapter-base-path']);
  });
});

describe('values', () => {
  const wrong = ['AWS_LWA_ASYNC_INIT=True', 'AWS_LWA_ENABLE_COMPRESSION=1', 'AWS_LWA_READINESS_CHECK_PROTOCOL=https', 'AWS_LWA_INVOKE_MODE=stream', 'AWS_LWA_READINESS_CHECK_PATH=health', 'AWS_LWA_READINESS_CHECK_HEALTHY_STATUS=2xx', 'AWS_LWA_READINESS_CHECK_TIMEOUT_SECONDS=0', 'ASYNC_INIT=yes'];
  for (const one of wrong) {
    it(`such as ${one} are not what the adapter takes`, () => {
      assert.ok(told(dockerfile(`ENV ${one}`)).includes('Dockerfile:3 adapter-value'));
    });
  }

  const right = ['AWS_LWA_ASYNC_INIT=false', 'AWS_LWA_READINESS_CHECK_PROTOCOL=TCP', 'AWS_LWA_INVOKE_MODE=RESPONSE_STREAM', 'AWS_LWA_READINESS_CHECK_HEALTHY_STATUS=200-399,404', 'AWS_LWA_READINESS_CHECK_TIMEOUT_SECONDS=2.5', 'AWS_LWA_ASYNC_INIT=$UNKNOWN'];
  for (const one of right) {
    it(`such as ${one} are fine`, () => {
      assert.deepEqual(told(dockerfile(`ENV ${one}`)), []);
    });
  }

  it('are not repeated: they may be secret', () => {
    const { findings } = setupOf(dockerfile('ENV AWS_LWA_ASYNC_INIT=canary-5b1'));
    assert.doesNotMatch(JSON.stringify(findings), /canary/);
  });

  it('that YAML takes for booleans are those booleans', () => {
    assert.deepEqual(told(template({ variables: [wrapper, 'AWS_LWA_ASYNC_INIT: true'] })), []);
    assert.deepEqual(told(template({ variables: [wrapper, 'AWS_LWA_ASYNC_INIT: "True"'] })), ['template.yaml:12 adapter-value']);
  });
});

describe('ports', () => {
  const problem = (...lines: string[]): string[] => setupOf(dockerfile(...lines)).findings.filter(({ code }) => code === 'adapter-port').map(({ message }) => message);

  it('that are none, or are taken, or are not for everybody, are told', () => {
    assert.match(problem('ENV AWS_LWA_PORT=http')[0]!, /whole number/);
    assert.match(problem('ENV AWS_LWA_PORT=9001')[0]!, /runtime API/);
    assert.match(problem('ENV PORT=80')[0]!, /below 1024/);
  });

  it('of adapter and app must be the same', () => {
    assert.match(problem('ENV AWS_LWA_PORT=8000 PORT=3000')[0]!, /AWS_LWA_PORT and PORT differ/);
    assert.match(problem('EXPOSE 3000')[0]!, /asks port 8080, and the image exposes others/);
    assert.deepEqual(problem('ENV PORT=3000', 'EXPOSE 3000'), []);
  });

  it('3000 belongs to Lambda Insights where that is attached', () => {
    const insights = template({ variables: [wrapper, 'AWS_LWA_PORT: 3000'] })['template.yaml']!.replace("Layers: [", "Layers: ['arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:53', ");
    assert.deepEqual(told({ 'template.yaml': insights }), ['template.yaml:12 adapter-port']);
    assert.deepEqual(told(template({ variables: [wrapper, 'AWS_LWA_PORT: 3000'] })), []);
  });
});

describe('the image of the adapter', () => {
  const copied = (line: string): string[] => setupOf({ Dockerfile: `FROM node:24\n${line}\nENV AWS_LWA_PORT=8080` }).findings.map(({ code }) => code);

  it('is taken by a version that exists', () => {
    assert.deepEqual(copied('COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:latest /lambda-adapter /opt/extensions/lambda-adapter'), ['adapter-image-tag']);
    assert.deepEqual(copied('COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter /lambda-adapter /opt/extensions/lambda-adapter'), ['adapter-image-tag']);
    assert.deepEqual(copied('COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.7.3 /lambda-adapter /opt/extensions/lambda-adapter'), ['adapter-image-tag']);
    assert.deepEqual(copied('COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:0.9.1 /lambda-adapter /opt/extensions/lambda-adapter'), ['adapter-outdated']);
    assert.deepEqual(copied('COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter@sha256:17cfd08e /lambda-adapter /opt/extensions/lambda-adapter'), []);
  });

  it('goes from its one place to its one place', () => {
    assert.deepEqual(copied('COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.1.0 /lambda-adapter /opt/extensions/adapter'), ['adapter-copy']);
    assert.deepEqual(copied('COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.1.0 /adapter /opt/extensions/lambda-adapter'), ['adapter-copy']);
    assert.deepEqual(copied('COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.1.0 /lambda-adapter /opt/extensions/'), []);
    assert.deepEqual(copied('COPY --from=public.ecr.aws/awsguru/aws-lambda-adapter:1.1.0 /lambda-adapter /opt/extensions/lambda-adapter\nFROM node:24'), ['adapter-copy']);
  });

  it('needs an entry point on bases of AWS', () => {
    const base = dockerfile('CMD ["node", "server.js"]').Dockerfile!.replace('node:24-slim', 'public.ecr.aws/lambda/nodejs:24');
    assert.deepEqual(told({ Dockerfile: base }), ['Dockerfile:1 adapter-entrypoint']);
    assert.deepEqual(told({ Dockerfile: `${base}\nENTRYPOINT ["node"]` }), []);
  });
});

describe('the layer of the adapter', () => {
  const layer = (arn: string, more: string[] = []): string[] => setupOf(template({ layer: arn, more })).findings.map(({ code, message }) => `${code}: ${message}`);

  it('has the account, the name, the version and the architecture that are published', () => {
    assert.match(layer('arn:aws:lambda:eu-west-1:753240598075:layer:LambdaAdapterLayerX86_64:30')[0]!, /^adapter-layer: .* no layer LambdaAdapterLayerX86_64/);
    assert.match(layer('arn:aws:lambda:eu-west-1:753240598075:layer:LambdaAdapterLayerX86:99')[0]!, /^adapter-layer: Version 99/);
    assert.match(layer('arn:aws:lambda:eu-west-1:753240598075:layer:LambdaAdapterLayerX86:24')[0]!, /^adapter-outdated: Layer version 24/);
    assert.match(layer('arn:aws:lambda:eu-west-1:753240598075:layer:LambdaAdapterLayerArm64:30')[0]!, /^adapter-layer: .* another architecture/);
    assert.deepEqual(layer('arn:aws:lambda:eu-west-1:753240598075:layer:LambdaAdapterLayerArm64:30', ['Architectures: [arm64]']), []);
  });

  it('is published in some regions only, in China by other accounts', () => {
    assert.match(layer('arn:aws-us-gov:lambda:us-gov-west-1:753240598075:layer:LambdaAdapterLayerX86:30')[0]!, /GovCloud/);
    assert.match(layer('arn:aws:lambda:me-south-1:753240598075:layer:LambdaAdapterLayerX86:30')[0]!, /me-south-1/);
    assert.match(layer('arn:aws-cn:lambda:cn-north-1:753240598075:layer:LambdaAdapterLayerX86:30')[0]!, /another account/);
    assert.deepEqual(layer('arn:aws-cn:lambda:cn-north-1:041581134020:layer:LambdaAdapterLayerX86:30'), []);
  });

  it('may be a copy in an account of their own', () => {
    assert.deepEqual(layer('arn:aws:lambda:eu-west-1:111122223333:layer:LambdaAdapterLayerX86:3'), []);
  });

  it('needs the wrapper, and a script as handler', () => {
    assert.deepEqual(told(template({ variables: ['A: b'] })), ['template.yaml:8 adapter-wrapper']);
    assert.deepEqual(told(template({ variables: ['AWS_LAMBDA_EXEC_WRAPPER: /opt/lambda-adapter'] })), ['template.yaml:11 adapter-wrapper']);
    assert.deepEqual(told(template({ handler: 'index.handler' })), ['template.yaml:5 adapter-handler']);
    assert.deepEqual(told(template({ variables: ['Fn::If: [a, b, c]'] })), []);
  });

  it('is not for images', () => {
    assert.deepEqual(told({ 'template.yaml': template({ more: ['PackageType: Image'] })['template.yaml']! }), ['template.yaml:8 adapter-layer']);
  });
});

describe('a start script', () => {
  const script = (text: string): string[] => told({ ...template(), 'run.sh': text });

  it('begins with a shebang, has line ends of Unix, and makes way for Node', () => {
    assert.deepEqual(script('exec node server.js\n'), ['run.sh:1 start-script']);
    assert.deepEqual(script('#!/bin/bash\r\nexec node server.js\r\n'), ['run.sh:1 start-script']);
    assert.deepEqual(script('#!/bin/bash\n\nNODE_ENV=production node server.js\n'), ['run.sh:3 start-script']);
  });
});

describe('the invoke mode', () => {
  it('of the function URL is that of the adapter', () => {
    const url = ['FunctionUrlConfig: { AuthType: NONE, InvokeMode: RESPONSE_STREAM }'];
    assert.deepEqual(told(template({ more: url })), ['template.yaml:9 adapter-invoke-mode']);
    assert.deepEqual(told(template({ more: url, variables: [wrapper, 'AWS_LWA_INVOKE_MODE: response_stream'] })), []);
  });
});

describe('what belongs together', () => {
  it('is the image of a template and its Dockerfile, told once', () => {
    const image = 'Resources:\n  Web:\n    Type: AWS::Serverless::Function\n    Metadata: { Dockerfile: Dockerfile, DockerContext: . }\n    Properties:\n      PackageType: Image\n      MemorySize: 2048\n      Environment: { Variables: { AWS_LWA_PORT: 4000 } }\n';
    const { findings, placement } = setupOf({ ...dockerfile('ENV AWS_LWA_PORT=abc', 'ENV LWA_ASYNC_INIT=1', 'COPY agent /opt/extensions/agent', 'EXPOSE 4000'), 'template.yaml': image });
    assert.deepEqual(findings.map(({ code, line }) => [code, line]), [['adapter-unknown-variable', 4]]);
    assert.deepEqual(placement, { memoryMb: 2048, packaging: 'image', provisioned: false, asyncInit: false, extensions: ['agent'] });
  });

  it('may stand above the app, or in a folder for infrastructure', () => {
    const stack = "import * as lambda from 'aws-cdk-lib/aws-lambda';\nnew lambda.DockerImageFunction(this, 'Web', { memorySize: 1769, code: lambda.DockerImageCode.fromImageAsset('..'), environment: { LWA_ASYNC_INIT: 'true' } });\n";
    const { findings, placement } = setupOf({ ...dockerfile(), 'cdk/cdk.json': '{}', 'cdk/lib/stack.ts': stack });
    assert.deepEqual(findings.map(({ code, file, line }) => [code, file, line]), [['adapter-unknown-variable', 'cdk/lib/stack.ts', 2]]);
    assert.equal(placement.memoryMb, 1769);
    const above = setupOf({ '../../template.yaml': template({ variables: ['LWA_ASYNC_INIT: 1', wrapper] })['template.yaml']! }, '../..');
    assert.deepEqual(above.findings.map(({ code, file }) => [code, file]), [['adapter-unknown-variable', '../../template.yaml']]);
  });

  it('is a Dockerfile wherever the template says it stands', () => {
    const image = 'Resources:\n  Web:\n    Type: AWS::Serverless::Function\n    Metadata: { Dockerfile: web.Dockerfile, DockerContext: ./src/web }\n    Properties: { PackageType: Image }\n';
    const { findings } = setupOf({ 'template.yaml': image, 'src/web/web.Dockerfile': dockerfile('ENV LWA_PORT=1').Dockerfile! });
    assert.deepEqual(findings.map(({ file, line, code }) => [file, line, code]), [['src/web/web.Dockerfile', 3, 'adapter-unknown-variable']]);
  });

  it('is not the function of another app in the repository', () => {
    const both = (name: string): string => `  ${name}:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: ${name}\n      MemorySize: ${name.length * 128}\n      Environment: { Variables: { LWA_PORT: 1 } }\n`;
    const { findings, placement } = setupOf({ '../.git/HEAD': '', '../template.yaml': `Resources:\n${both('shop')}${both('other')}` });
    assert.deepEqual(findings.map(({ file, line }) => [file, line]), [['../template.yaml', 7]]);
    assert.equal(placement.memoryMb, 512);
  });

  it('tells the memory, the architecture and asynchronous init to the prediction', () => {
    const { placement } = setupOf(template({ more: ['MemorySize: 512'], variables: [wrapper, "AWS_LWA_ASYNC_INIT: 'true'"] }));
    assert.deepEqual(placement, { memoryMb: 512, packaging: 'zip', provisioned: false, asyncInit: true, extensions: [] });
  });
});
