import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FunctionSetup } from '../../../src/model/setup.ts';
import { readCdk } from '../../../src/syntax/setup/cdk.ts';
import { readDockerfile } from '../../../src/syntax/setup/dockerfile.ts';
import { readServerless, readTemplate } from '../../../src/syntax/setup/template.ts';

function variables(setup: FunctionSetup): [string, string | null, number][] {
  return setup.variables.map(({ name, value, line }) => [name, value, line]);
}

describe('a Dockerfile', () => {
  const setup = readDockerfile(
    `ARG ADAPTER=1.0.1
FROM public.ecr.aws/awsguru/aws-lambda-adapter:\${ADAPTER} AS adapter
FROM node:24-slim AS base
ENV NODE_ENV=production \\
    AWS_LWA_PORT="3000"
FROM base AS build
ENV ONLY_BUILD=1
FROM base
COPY --from=adapter /lambda-adapter /opt/extensions/lambda-adapter
COPY --from=build /app /app
COPY agent /opt/extensions/
ENV AWS_LWA_PORT=8000
EXPOSE 8000/tcp
CMD ["node", "server.js"]
`,
    'docker/Dockerfile',
  );

  it('tells the variables of the last stage and of those it starts from, the last word counting', () => {
    assert.deepEqual(variables(setup), [['NODE_ENV', 'production', 4], ['AWS_LWA_PORT', '8000', 12]]);
  });

  it("tells where the adapter comes from, through stages and build arguments' defaults", () => {
    assert.deepEqual(setup.adapterCopies, [{ value: 'public.ecr.aws/awsguru/aws-lambda-adapter:1.0.1', file: 'docker/Dockerfile', line: 9, from: '/lambda-adapter', to: '/opt/extensions/lambda-adapter', lastStage: true }]);
  });

  it('tells other extensions, ports, the base and the folder', () => {
    assert.deepEqual(setup.extensions, ['agent']);
    assert.deepEqual(setup.exposedPorts.map(({ value, line }) => [value, line]), [[8000, 13]]);
    assert.deepEqual(setup.base, { value: 'node:24-slim', file: 'docker/Dockerfile', line: 3, entrypoint: false });
    assert.equal(setup.folder, 'docker');
  });

  it('that is empty says nothing', () => {
    assert.deepEqual(readDockerfile('', 'Dockerfile').variables, []);
  });
});

describe('a SAM template', () => {
  const [zip, image, ...more] = readTemplate(
    `Transform: AWS::Serverless-2016-10-31
Parameters:
  Size: { Type: Number, Default: 512 }
Globals:
  Function:
    Timeout: 10
    Environment:
      Variables:
        NODE_ENV: production
Resources:
  Table: { Type: 'AWS::DynamoDB::Table' }
  Web:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: app/
      Handler: run.sh
      Runtime: nodejs22.x
      MemorySize: !Ref Size
      Architectures: [arm64]
      Layers:
        - !Sub arn:aws:lambda:\${AWS::Region}:753240598075:layer:LambdaAdapterLayerArm64:27
      Environment:
        Variables:
          AWS_LWA_ASYNC_INIT: true
          TABLE: !Ref Table
      FunctionUrlConfig: { AuthType: NONE, InvokeMode: RESPONSE_STREAM }
  Pages:
    Type: AWS::Serverless::Function
    Properties:
      PackageType: Image
    Metadata:
      Dockerfile: Dockerfile.web
      DockerContext: ./pages
`,
    'deploy/template.yaml',
  );

  it('tells each function with what holds for all', () => {
    assert.deepEqual(more, []);
    assert.deepEqual([zip!.name, zip!.line, zip!.packaging, zip!.folder], ['Web', 12, 'zip', 'deploy/app']);
    assert.deepEqual(variables(zip!), [['NODE_ENV', 'production', 9], ['AWS_LWA_ASYNC_INIT', 'true', 24], ['TABLE', null, 25]]);
    assert.deepEqual([zip!.memoryMb?.value, zip!.architecture?.value, zip!.handler?.value, zip!.runtime?.value, zip!.invokeMode?.value], [512, 'arm64', 'run.sh', 'nodejs22.x', 'RESPONSE_STREAM']);
    assert.deepEqual(zip!.layers, [{ value: 'arn:aws:lambda:${AWS::Region}:753240598075:layer:LambdaAdapterLayerArm64:27', file: 'deploy/template.yaml', line: 21 }]);
  });

  it('tells the Dockerfile of an image', () => {
    assert.deepEqual([image!.packaging, image!.folder, image!.dockerfile], ['image', 'deploy/pages', 'deploy/pages/Dockerfile.web']);
  });

  it('may be JSON, or no template at all', () => {
    const [one] = readTemplate(JSON.stringify({ Resources: { Web: { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 256, Environment: { Variables: { PORT: { 'Fn::GetAtt': ['A', 'B'] } } } } } } }), 'template.json');
    assert.deepEqual([one!.memoryMb?.value, variables(one!)], [256, [['PORT', null, 1]]]);
    assert.deepEqual(readTemplate('- just\n- a list', 'template.yaml'), []);
    assert.deepEqual(readTemplate('a: [broken', 'template.yaml'), []);
  });
});

describe('a serverless.yml', () => {
  it('tells each function with what the provider says', () => {
    const [web] = readServerless(
      `service: shop
provider:
  name: aws
  runtime: nodejs22.x
  memorySize: 1024
  environment:
    AWS_LWA_PORT: 3000
functions:
  web:
    handler: run.sh
    architecture: arm64
    layers:
      - arn:aws:lambda:\${aws:region}:753240598075:layer:LambdaAdapterLayerArm64:27
    environment:
      AWS_LWA_ASYNC_INIT: yes
    url:
      invokeMode: RESPONSE_STREAM
`,
      'serverless.yml',
    );
    assert.deepEqual(variables(web!), [['AWS_LWA_PORT', '3000', 7], ['AWS_LWA_ASYNC_INIT', 'yes', 15]]);
    assert.deepEqual([web!.memoryMb?.value, web!.architecture?.value, web!.handler?.value, web!.packaging, web!.layers.length], [1024, 'arm64', 'run.sh', 'zip', 1]);
  });
});

describe('YAML', () => {
  it('may name a list once and use it again', () => {
    const [web] = readServerless('provider: { name: aws }\ncustom:\n  common: &common\n    AWS_LWA_PORT: 3000\nfunctions:\n  web:\n    environment:\n      <<: *common\n      OTHER: 1\n  api:\n    environment: *common\n', 'serverless.yml');
    assert.deepEqual([variables(web!), web!.moreVariables], [[['AWS_LWA_PORT', '3000', 4], ['OTHER', '1', 9]], false]);
  });
});

describe('a CDK source', () => {
  const [zip, image] = readCdk(
    `import { Stack, aws_lambda as lambda } from 'aws-cdk-lib';
import * as path from 'node:path';
const adapter = lambda.LayerVersion.fromLayerVersionArn(stack, 'Adapter', \`arn:aws:lambda:\${region}:753240598075:layer:LambdaAdapterLayerX86:27\`);
const environment = { AWS_LWA_INVOKE_MODE: 'response_stream', TABLE: table.tableName };
new lambda.Function(stack, 'Web', {
  runtime: lambda.Runtime.NODEJS_22_X,
  handler: 'run.sh',
  architecture: lambda.Architecture.X86_64,
  memorySize: 1769,
  code: lambda.Code.fromAsset(path.join(__dirname, '../../app')),
  layers: [adapter],
  environment,
});
new lambda.DockerImageFunction(stack, 'Pages', { code: lambda.DockerImageCode.fromImageAsset('pages'), environment: { PORT: '3000' } });
`,
    'infra/lib/stack.ts',
    'infra',
  );

  it('tells what is written as literals, through names of the file', () => {
    assert.deepEqual([zip!.name, zip!.line, zip!.packaging, zip!.folder, zip!.memoryMb?.value], ['Web', 5, 'zip', 'app', 1769]);
    assert.deepEqual([zip!.runtime?.value, zip!.handler?.value, zip!.architecture?.value], ['nodejs22.x', 'run.sh', 'x64']);
    assert.deepEqual(variables(zip!), [['AWS_LWA_INVOKE_MODE', 'response_stream', 4], ['TABLE', null, 4]]);
    assert.deepEqual(zip!.layers, [{ value: 'arn:aws:lambda:${…}:753240598075:layer:LambdaAdapterLayerX86:27', file: 'infra/lib/stack.ts', line: 3 }]);
  });

  it('tells images from zips', () => {
    assert.deepEqual([image!.name, image!.packaging, image!.folder, variables(image!)], ['Pages', 'image', 'infra/pages', [['PORT', '3000', 14]]]);
  });

  it('is one only when it uses the CDK', () => {
    assert.deepEqual(readCdk("new lambda.Function(stack, 'Web', { memorySize: 1 })", 'a.ts', '.'), []);
  });
});
