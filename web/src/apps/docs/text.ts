import { defineText } from '@/shared/text/text'

export const text = defineText('docs', {
  title: ['汇积 API', 'Huiji API'],
  signedIn: ['已登录为 {{name}}，请求以此身份发出。', 'Signed in as {{name}}: requests are sent as them.'],
  signedOut: [
    '请在 Authorize 里填入 API 密钥，或先登录管理后台。',
    'Give an API key under Authorize, or sign in to the console first.',
  ],
  real: ['这里发出的请求会真实执行。', 'What you send here really happens.'],
  console: ['管理后台', 'Console'],
  document: ['OpenAPI 文档', 'OpenAPI document'],
  failed: ['无法读取 /openapi.json，请刷新重试。', 'Cannot read /openapi.json. Reload to try again.'],
})
