export default {
  title: '邮件与推送', mail: '发信服务器', host: '服务器', port: '端口', security: '加密方式', tls: 'TLS', starttls: 'STARTTLS', none: '不加密', user: '账号', password: '密码', kept: '已保存，不修改请留空',
  from: '发信地址', fromName: '发信人名称', on: '启用邮件通知', testTo: '测试收件地址', test: '发送测试邮件', tested: '测试邮件已发出',
  hooks: '消息推送', hooksExplain: '推送内容只含事件类型和编号，不含问题内容，并带签名。', edit: '新增、修改推送', log: '送达记录', newSecret: '更换密钥', ping: '发送测试', secretOnce: '签名密钥只显示这一次，请交给接收方保存。',
  logOf: '{name}的送达记录', mailLog: '邮件送达记录', nothing: '还没有发送过。', at: '时间', event: '事件', state: '状态', attempts: '次数', last: '最近一次结果', resend: '重发', queued: '已排队发送',
  outcome: { ok: '成功', refused: '被拒绝', timeout: '超时' },
}
