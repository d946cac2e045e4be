export default {
  title: '程序令牌', explain: '供程序调用接口使用。令牌只能做列出的操作，到期自动失效。', name: '用途', nameHint: '例如：台账同步程序', days: '有效天数',
  operations: '允许的操作', expires: '到期', used: '最近使用', never: '从未', end: '作废', empty: '还没有令牌。', new: '新建令牌', make: '生成令牌',
  once: '令牌只显示这一次，请立即保存到程序的密钥文件中。',
}
