export default {
  title: '账号', one: '账号', explain: '账号通过一次性邀请链接启用，本人设置密码和两步验证。任何人不能给自己授予角色。',
  login: '登录名', loginHint: '小写字母、数字、点、横线', name: '姓名', email: '电子邮箱', state: '状态', roles: '角色',
  wanted: '待批准的角色', totp: '两步验证', seen: '最近登录', never: '从未', created: '建立时间', empty: '还没有其他账号。',
  invite: '邀请用户', makeLink: '生成邀请链接', unit: '单位', agency: '所属机构', needsApproval: '（须由安全管理员批准）',
  linkExplain: '请通过可靠的渠道把链接交给本人。链接只显示这一次，只能使用一次，{until} 之前有效。',
  copy: '复制链接', copied: '已复制', done: '已办理', self: '自己的账号由另一位管理员维护。',
  approve: '批准角色', lock: '锁定', unlock: '解除锁定', lockExplain: '锁定后，{name} 的全部登录和令牌立即失效。', unlockExplain: '解除后，{name} 可以重新登录。',
  reset: '重新邀请', resetExplain: '{name} 的密码、两步验证、登录和令牌将立即失效，并得到一个新的邀请链接。',
  vetted: '人员审查', vettedUntil: '审查通过，有效至 {until}。', notVetted: '尚未审查，不能参与检测。', vetPass: '审查通过', vetTakeBack: '撤销审查结论', vetNote: '请写明依据',
  assignments: '指派的单位', assignmentsExplain: '检查人员、技术队伍只能看到指派给他的单位，且只在起止时间之内。', noAssignments: '还没有指派单位。',
  below: '含下属单位', from: '起', until: '止', span: '起止时间', assign: '指派', remove: '取消指派',
}
