// An SMSC on the npm package smpp: takes parts, sends a receipt for each, and one reply for each message.
// Prints its port, then one JSON line per part.
const smpp = require('smpp');
let parts = 0;
const server = smpp.createServer({}, (session) => {
  session.on('bind_transceiver', (pdu) => {
    const good = pdu.system_id === 'qyzmet' && pdu.password === 'password';
    session.send(pdu.response({ command_status: good ? smpp.ESME_ROK : smpp.ESME_RBINDFAIL }));
  });
  session.on('submit_sm', (pdu) => {
    const id = `node-${++parts}`;
    session.send(pdu.response({ message_id: id }));
    const text = pdu.short_message.message;
    console.log(JSON.stringify({ id, to: pdu.destination_addr, text, udh: pdu.short_message.udh !== undefined }));
    session.deliver_sm({
      esm_class: smpp.ESM_CLASS.MC_DELIVERY_RECEIPT,
      source_addr_ton: 1, source_addr_npi: 1, source_addr: pdu.destination_addr, destination_addr: '1414',
      short_message: `id:${id} sub:001 dlvrd:001 submit date:2402120900 done date:2402120900 stat:DELIVRD err:000 text:`,
    });
    if (text.startsWith('last')) {
      session.deliver_sm({
        source_addr_ton: 1, source_addr_npi: 1, source_addr: pdu.destination_addr, destination_addr: '1414',
        short_message: 'Иә 7#1',
      });
    }
  });
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('unbind', (pdu) => { session.send(pdu.response()); session.close(); });
  session.on('error', () => {});
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
