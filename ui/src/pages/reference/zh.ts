export default {
  title: '接口说明', explain: '界面所做的一切都是接口调用。机器可读的说明（OpenAPI 3.1）：', example: '调用示例', search: '查找路径、说明或权限', found: '{all} 个操作中的 {n} 个',
  right: '权限', parameters: '参数', name: '名称', place: '位置', type: '类型', meaning: '说明', body: '请求内容', answers: '答复', status: '状态码', required: '必填', readOnly: '（只读）', show: '查看 {name}', close: '关闭',
  condition: { not_own: '非本人提交', step_up: '需再次验证', person: '须本人登录' },
}
