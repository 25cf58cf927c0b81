// Generated from the registry by protocol/scripts/generate.ts
// <stdin>
var fault = (path, keyword, limit) => ({ path, keyword, limit }), codePoints = (text) => {
  let count = text.length;
  for (let i = text.length - 1; i > 0; i--)
    (text.charCodeAt(i) & 64512) === 56320 && (text.charCodeAt(i - 1) & 64512) === 55296 && (count--, i--);
  return count;
}, check_reply = validate10, pattern0 = new RegExp("^[a-z][a-z0-9_-]{0,31}$", "u"), pattern1 = new RegExp("[^A-Za-z0-9_-]", "u"), pattern5 = new RegExp("^[a-z0-9.+-]{1,63}/[a-z0-9.+-]{1,63}$", "u"), pattern6 = new RegExp("^[0-9a-f]{64}$", "u"), pattern8 = new RegExp("^[^\\u0000-\\u001f\\u007f]*$", "u"), pattern12 = new RegExp("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", "u"), pattern14 = new RegExp("[^!-~]", "u"), pattern15 = new RegExp("[^!-.0-~]", "u");
function validate10(data) {
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.type === void 0)
      return fault("/type", "required");
    if (data.kind === void 0)
      return fault("/kind", "required");
    if (data.content === void 0)
      return fault("/content", "required");
    if (data.id === void 0)
      return fault("/id", "required");
    if (data.conversation === void 0)
      return fault("/conversation", "required");
    if (data.type !== void 0) {
      let data0 = data.type;
      if (typeof data0 != "string")
        return fault("/type", "type", "string");
      if (data0 !== "reply")
        return fault("/type", "const", "reply");
    }
    if (data.kind !== void 0) {
      let data1 = data.kind;
      if (typeof data1 == "string") {
        if (!pattern0.test(data1))
          return fault("/kind", "pattern", "^[a-z][a-z0-9_-]{0,31}$");
      } else
        return fault("/kind", "type", "string");
    }
    if (data.content !== void 0) {
      let data2 = data.content;
      if (typeof data2 == "string") {
        if (data2.length > 262144 && codePoints(data2) > 262144)
          return fault("/content", "maxLength", 262144);
      } else
        return fault("/content", "type", "string");
    }
    if (data.timestamp !== void 0) {
      let data3 = data.timestamp;
      if (!Number.isInteger(data3))
        return fault("/timestamp", "type", "integer");
      {
        if (data3 > 864e13)
          return fault("/timestamp", "maximum", 864e13);
        if (data3 < 0)
          return fault("/timestamp", "minimum", 0);
      }
    }
    if (data.turn !== void 0) {
      let data4 = data.turn;
      if (typeof data4 == "string") {
        if (data4.length < 1 || data4.length > 64 || pattern1.test(data4))
          return fault("/turn", "pattern", "^[A-Za-z0-9_-]{1,64}$");
      } else
        return fault("/turn", "type", "string");
    }
    if (data.events !== void 0) {
      let data5 = data.events;
      if (Array.isArray(data5)) {
        if (data5.length > 256)
          return fault("/events", "maxItems", 256);
        let len0 = data5.length;
        for (let i0 = 0; i0 < len0; i0++) {
          let data6 = data5[i0];
          if (typeof data6 == "string") {
            if (data6.length < 1 || data6.length > 64 || pattern1.test(data6))
              return fault("/events/" + i0, "pattern", "^[A-Za-z0-9_-]{1,64}$");
          } else
            return fault("/events/" + i0, "type", "string");
        }
      } else
        return fault("/events", "type", "array");
    }
    if (data.index !== void 0) {
      let data7 = data.index;
      if (!Number.isInteger(data7))
        return fault("/index", "type", "integer");
      {
        if (data7 > 9007199254740991)
          return fault("/index", "maximum", 9007199254740991);
        if (data7 < 0)
          return fault("/index", "minimum", 0);
      }
    }
    if (data.count !== void 0) {
      let data8 = data.count;
      if (!Number.isInteger(data8))
        return fault("/count", "type", "integer");
      {
        if (data8 > 9007199254740991)
          return fault("/count", "maximum", 9007199254740991);
        if (data8 < 1)
          return fault("/count", "minimum", 1);
      }
    }
    if (data.replace !== void 0 && typeof data.replace != "boolean")
      return fault("/replace", "type", "boolean");
    if (data.target !== void 0) {
      let data10 = data.target;
      if (typeof data10 == "string") {
        if (data10.length < 1 || data10.length > 64 || pattern1.test(data10))
          return fault("/target", "pattern", "^[A-Za-z0-9_-]{1,64}$");
      } else
        return fault("/target", "type", "string");
    }
    if (data.attachments !== void 0) {
      let data11 = data.attachments;
      if (Array.isArray(data11)) {
        if (data11.length > 32)
          return fault("/attachments", "maxItems", 32);
        let len1 = data11.length;
        for (let i1 = 0; i1 < len1; i1++) {
          let data12 = data11[i1];
          if (data12 && typeof data12 == "object" && !Array.isArray(data12)) {
            if (data12.id === void 0)
              return fault("/attachments/" + i1 + "/id", "required");
            if (data12.name === void 0)
              return fault("/attachments/" + i1 + "/name", "required");
            if (data12.mime === void 0)
              return fault("/attachments/" + i1 + "/mime", "required");
            if (data12.size === void 0)
              return fault("/attachments/" + i1 + "/size", "required");
            if (data12.url === void 0)
              return fault("/attachments/" + i1 + "/url", "required");
            if (data12.id !== void 0) {
              let data13 = data12.id;
              if (typeof data13 == "string") {
                if (data13.length < 1 || data13.length > 64 || pattern1.test(data13))
                  return fault("/attachments/" + i1 + "/id", "pattern", "^[A-Za-z0-9_-]{1,64}$");
              } else
                return fault("/attachments/" + i1 + "/id", "type", "string");
            }
            if (data12.name !== void 0) {
              let data14 = data12.name;
              if (typeof data14 == "string") {
                if (data14.length > 255 && codePoints(data14) > 255)
                  return fault("/attachments/" + i1 + "/name", "maxLength", 255);
                if (data14.length < 1)
                  return fault("/attachments/" + i1 + "/name", "minLength", 1);
              } else
                return fault("/attachments/" + i1 + "/name", "type", "string");
            }
            if (data12.mime !== void 0) {
              let data15 = data12.mime;
              if (typeof data15 == "string") {
                if (!pattern5.test(data15))
                  return fault("/attachments/" + i1 + "/mime", "pattern", "^[a-z0-9.+-]{1,63}/[a-z0-9.+-]{1,63}$");
              } else
                return fault("/attachments/" + i1 + "/mime", "type", "string");
            }
            if (data12.size !== void 0) {
              let data16 = data12.size;
              if (!Number.isInteger(data16))
                return fault("/attachments/" + i1 + "/size", "type", "integer");
              {
                if (data16 > 9007199254740991)
                  return fault("/attachments/" + i1 + "/size", "maximum", 9007199254740991);
                if (data16 < 0)
                  return fault("/attachments/" + i1 + "/size", "minimum", 0);
              }
            }
            if (data12.sha256 !== void 0) {
              let data17 = data12.sha256;
              if (typeof data17 == "string") {
                if (!pattern6.test(data17))
                  return fault("/attachments/" + i1 + "/sha256", "pattern", "^[0-9a-f]{64}$");
              } else
                return fault("/attachments/" + i1 + "/sha256", "type", "string");
            }
            if (data12.url !== void 0) {
              let data18 = data12.url;
              if (typeof data18 == "string") {
                if (data18.length > 2048 && codePoints(data18) > 2048)
                  return fault("/attachments/" + i1 + "/url", "maxLength", 2048);
                if (data18.length < 1)
                  return fault("/attachments/" + i1 + "/url", "minLength", 1);
              } else
                return fault("/attachments/" + i1 + "/url", "type", "string");
            }
            if (data12.width !== void 0) {
              let data19 = data12.width;
              if (!Number.isInteger(data19))
                return fault("/attachments/" + i1 + "/width", "type", "integer");
              {
                if (data19 > 1e6)
                  return fault("/attachments/" + i1 + "/width", "maximum", 1e6);
                if (data19 < 1)
                  return fault("/attachments/" + i1 + "/width", "minimum", 1);
              }
            }
            if (data12.height !== void 0) {
              let data20 = data12.height;
              if (!Number.isInteger(data20))
                return fault("/attachments/" + i1 + "/height", "type", "integer");
              {
                if (data20 > 1e6)
                  return fault("/attachments/" + i1 + "/height", "maximum", 1e6);
                if (data20 < 1)
                  return fault("/attachments/" + i1 + "/height", "minimum", 1);
              }
            }
            if (data12.durationMs !== void 0) {
              let data21 = data12.durationMs;
              if (!Number.isInteger(data21))
                return fault("/attachments/" + i1 + "/durationMs", "type", "integer");
              {
                if (data21 > 2147483647)
                  return fault("/attachments/" + i1 + "/durationMs", "maximum", 2147483647);
                if (data21 < 0)
                  return fault("/attachments/" + i1 + "/durationMs", "minimum", 0);
              }
            }
          } else
            return fault("/attachments/" + i1, "type", "object");
        }
      } else
        return fault("/attachments", "type", "array");
    }
    if (data.actions !== void 0) {
      let data22 = data.actions;
      if (Array.isArray(data22)) {
        if (data22.length > 16)
          return fault("/actions", "maxItems", 16);
        let len2 = data22.length;
        for (let i2 = 0; i2 < len2; i2++) {
          let data23 = data22[i2];
          if (data23 && typeof data23 == "object" && !Array.isArray(data23)) {
            if (data23.id === void 0)
              return fault("/actions/" + i2 + "/id", "required");
            if (data23.label === void 0)
              return fault("/actions/" + i2 + "/label", "required");
            if (data23.id !== void 0) {
              let data24 = data23.id;
              if (typeof data24 == "string") {
                if (data24.length < 1 || data24.length > 64 || pattern1.test(data24))
                  return fault("/actions/" + i2 + "/id", "pattern", "^[A-Za-z0-9_-]{1,64}$");
              } else
                return fault("/actions/" + i2 + "/id", "type", "string");
            }
            if (data23.label !== void 0) {
              let data25 = data23.label;
              if (typeof data25 == "string") {
                if (data25.length > 128 && codePoints(data25) > 128)
                  return fault("/actions/" + i2 + "/label", "maxLength", 128);
                if (data25.length < 1)
                  return fault("/actions/" + i2 + "/label", "minLength", 1);
                if (!pattern8.test(data25))
                  return fault("/actions/" + i2 + "/label", "pattern", "^[^\\u0000-\\u001f\\u007f]*$");
              } else
                return fault("/actions/" + i2 + "/label", "type", "string");
            }
            if (data23.style !== void 0) {
              let data26 = data23.style;
              if (typeof data26 == "string") {
                if (!pattern0.test(data26))
                  return fault("/actions/" + i2 + "/style", "pattern", "^[a-z][a-z0-9_-]{0,31}$");
              } else
                return fault("/actions/" + i2 + "/style", "type", "string");
            }
          } else
            return fault("/actions/" + i2, "type", "object");
        }
      } else
        return fault("/actions", "type", "array");
    }
    if (data.replyTo !== void 0) {
      let data27 = data.replyTo;
      if (typeof data27 == "string") {
        if (data27.length < 1 || data27.length > 64 || pattern1.test(data27))
          return fault("/replyTo", "pattern", "^[A-Za-z0-9_-]{1,64}$");
      } else
        return fault("/replyTo", "type", "string");
    }
    if (data.thread !== void 0) {
      let data28 = data.thread;
      if (typeof data28 == "string") {
        if (data28.length < 1 || data28.length > 64 || pattern1.test(data28))
          return fault("/thread", "pattern", "^[A-Za-z0-9_-]{1,64}$");
      } else
        return fault("/thread", "type", "string");
    }
    if (data.ext !== void 0) {
      let data29 = data.ext;
      if (data29 && typeof data29 == "object" && !Array.isArray(data29)) {
        if (Object.keys(data29).length > 16)
          return fault("/ext", "maxProperties", 16);
        for (let key0 in data29)
          if (typeof key0 == "string" && !pattern12.test(key0))
            return fault("/ext", "pattern", "^[a-z0-9-]+(\\.[a-z0-9-]+)+$");
      } else
        return fault("/ext", "type", "object");
    }
    if (data.id !== void 0) {
      let data30 = data.id;
      if (typeof data30 == "string") {
        if (data30.length < 1 || data30.length > 64 || pattern1.test(data30))
          return fault("/id", "pattern", "^[A-Za-z0-9_-]{1,64}$");
      } else
        return fault("/id", "type", "string");
    }
    if (data.conversation !== void 0) {
      let data31 = data.conversation;
      if (typeof data31 == "string") {
        if (data31.length < 1 || data31.length > 256 || pattern14.test(data31))
          return fault("/conversation", "pattern", "^[!-~]{1,256}$");
      } else
        return fault("/conversation", "type", "string");
    }
    if (data.source !== void 0) {
      let data32 = data.source;
      if (typeof data32 == "string") {
        if (data32.length < 1 || data32.length > 128 || pattern15.test(data32))
          return fault("/source", "pattern", "^[!-.0-~]{1,128}$");
      } else
        return fault("/source", "type", "string");
    }
    if (data.epoch !== void 0)
      return fault("/epoch", "not");
    if (data.seq !== void 0)
      return fault("/seq", "not");
  } else
    return fault("", "type", "object");
}
var check_turn = validate11, pattern19 = new RegExp("^[a-z][a-z0-9_]{0,63}$", "u");
function validate11(data) {
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.type === void 0)
      return fault("/type", "required");
    if (data.id === void 0)
      return fault("/id", "required");
    if (data.status === void 0)
      return fault("/status", "required");
    if (data.events === void 0)
      return fault("/events", "required");
    if (data.conversation === void 0)
      return fault("/conversation", "required");
    if (data.type !== void 0) {
      let data0 = data.type;
      if (typeof data0 != "string")
        return fault("/type", "type", "string");
      if (data0 !== "turn")
        return fault("/type", "const", "turn");
    }
    if (data.id !== void 0) {
      let data1 = data.id;
      if (typeof data1 == "string") {
        if (data1.length < 1 || data1.length > 64 || pattern1.test(data1))
          return fault("/id", "pattern", "^[A-Za-z0-9_-]{1,64}$");
      } else
        return fault("/id", "type", "string");
    }
    if (data.status !== void 0) {
      let data2 = data.status;
      if (typeof data2 != "string")
        return fault("/status", "type", "string");
      if (!(data2 === "accepted" || data2 === "started" || data2 === "ended"))
        return fault("/status", "enum", "accepted, started, ended");
    }
    if (data.events !== void 0) {
      let data3 = data.events;
      if (Array.isArray(data3)) {
        if (data3.length > 256)
          return fault("/events", "maxItems", 256);
        let len0 = data3.length;
        for (let i0 = 0; i0 < len0; i0++) {
          let data4 = data3[i0];
          if (typeof data4 == "string") {
            if (data4.length < 1 || data4.length > 64 || pattern1.test(data4))
              return fault("/events/" + i0, "pattern", "^[A-Za-z0-9_-]{1,64}$");
          } else
            return fault("/events/" + i0, "type", "string");
        }
      } else
        return fault("/events", "type", "array");
    }
    if (data.outcome !== void 0) {
      let data5 = data.outcome;
      if (typeof data5 == "string") {
        if (!pattern0.test(data5))
          return fault("/outcome", "pattern", "^[a-z][a-z0-9_-]{0,31}$");
      } else
        return fault("/outcome", "type", "string");
    }
    if (data.error !== void 0) {
      let data6 = data.error;
      if (data6 && typeof data6 == "object" && !Array.isArray(data6)) {
        if (data6.code === void 0)
          return fault("/error/code", "required");
        if (data6.message === void 0)
          return fault("/error/message", "required");
        if (data6.code !== void 0) {
          let data7 = data6.code;
          if (typeof data7 == "string") {
            if (!pattern19.test(data7))
              return fault("/error/code", "pattern", "^[a-z][a-z0-9_]{0,63}$");
          } else
            return fault("/error/code", "type", "string");
        }
        if (data6.message !== void 0) {
          let data8 = data6.message;
          if (typeof data8 == "string") {
            if (data8.length > 1024 && codePoints(data8) > 1024)
              return fault("/error/message", "maxLength", 1024);
          } else
            return fault("/error/message", "type", "string");
        }
      } else
        return fault("/error", "type", "object");
    }
    if (data.timestamp !== void 0) {
      let data9 = data.timestamp;
      if (!Number.isInteger(data9))
        return fault("/timestamp", "type", "integer");
      {
        if (data9 > 864e13)
          return fault("/timestamp", "maximum", 864e13);
        if (data9 < 0)
          return fault("/timestamp", "minimum", 0);
      }
    }
    if (data.conversation !== void 0) {
      let data10 = data.conversation;
      if (typeof data10 == "string") {
        if (data10.length < 1 || data10.length > 256 || pattern14.test(data10))
          return fault("/conversation", "pattern", "^[!-~]{1,256}$");
      } else
        return fault("/conversation", "type", "string");
    }
    if (data.source !== void 0) {
      let data11 = data.source;
      if (typeof data11 == "string") {
        if (data11.length < 1 || data11.length > 128 || pattern15.test(data11))
          return fault("/source", "pattern", "^[!-.0-~]{1,128}$");
      } else
        return fault("/source", "type", "string");
    }
    if (data.epoch !== void 0)
      return fault("/epoch", "not");
    if (data.seq !== void 0)
      return fault("/seq", "not");
  } else
    return fault("", "type", "object");
}
var check_signal = validate12;
function validate12(data) {
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.type === void 0)
      return fault("/type", "required");
    if (data.kind === void 0)
      return fault("/kind", "required");
    if (data.conversation === void 0)
      return fault("/conversation", "required");
    if (data.type !== void 0) {
      let data0 = data.type;
      if (typeof data0 != "string")
        return fault("/type", "type", "string");
      if (data0 !== "signal")
        return fault("/type", "const", "signal");
    }
    if (data.kind !== void 0) {
      let data1 = data.kind;
      if (typeof data1 == "string") {
        if (!pattern0.test(data1))
          return fault("/kind", "pattern", "^[a-z][a-z0-9_-]{0,31}$");
      } else
        return fault("/kind", "type", "string");
    }
    if (data.conversation !== void 0) {
      let data2 = data.conversation;
      if (typeof data2 == "string") {
        if (data2.length < 1 || data2.length > 256 || pattern14.test(data2))
          return fault("/conversation", "pattern", "^[!-~]{1,256}$");
      } else
        return fault("/conversation", "type", "string");
    }
    if (data.source !== void 0) {
      let data3 = data.source;
      if (typeof data3 == "string") {
        if (data3.length < 1 || data3.length > 128 || pattern15.test(data3))
          return fault("/source", "pattern", "^[!-.0-~]{1,128}$");
      } else
        return fault("/source", "type", "string");
    }
    if (data.active !== void 0 && typeof data.active != "boolean")
      return fault("/active", "type", "boolean");
    if (data.agent !== void 0) {
      let data5 = data.agent;
      if (data5 && typeof data5 == "object" && !Array.isArray(data5)) {
        if (data5.source === void 0)
          return fault("/agent/source", "required");
        if (data5.online === void 0)
          return fault("/agent/online", "required");
        if (data5.source !== void 0) {
          let data6 = data5.source;
          if (typeof data6 == "string") {
            if (data6.length < 1 || data6.length > 128 || pattern15.test(data6))
              return fault("/agent/source", "pattern", "^[!-.0-~]{1,128}$");
          } else
            return fault("/agent/source", "type", "string");
        }
        if (data5.online !== void 0 && typeof data5.online != "boolean")
          return fault("/agent/online", "type", "boolean");
        if (data5.stream !== void 0) {
          let data8 = data5.stream;
          if (typeof data8 != "string")
            return fault("/agent/stream", "type", "string");
          if (!(data8 === "token" || data8 === "block" || data8 === "none"))
            return fault("/agent/stream", "enum", "token, block, none");
        }
        if (data5.name !== void 0) {
          let data9 = data5.name;
          if (typeof data9 == "string") {
            if (data9.length > 128 && codePoints(data9) > 128)
              return fault("/agent/name", "maxLength", 128);
            if (data9.length < 1)
              return fault("/agent/name", "minLength", 1);
            if (!pattern8.test(data9))
              return fault("/agent/name", "pattern", "^[^\\u0000-\\u001f\\u007f]*$");
          } else
            return fault("/agent/name", "type", "string");
        }
        if (data5.commands !== void 0) {
          let data10 = data5.commands;
          if (Array.isArray(data10)) {
            if (data10.length > 128)
              return fault("/agent/commands", "maxItems", 128);
            let len0 = data10.length;
            for (let i0 = 0; i0 < len0; i0++) {
              let data11 = data10[i0];
              if (data11 && typeof data11 == "object" && !Array.isArray(data11)) {
                if (data11.name === void 0)
                  return fault("/agent/commands/" + i0 + "/name", "required");
                if (data11.description === void 0)
                  return fault("/agent/commands/" + i0 + "/description", "required");
                if (data11.name !== void 0) {
                  let data12 = data11.name;
                  if (typeof data12 == "string") {
                    if (data12.length < 1 || data12.length > 64 || pattern1.test(data12))
                      return fault("/agent/commands/" + i0 + "/name", "pattern", "^[A-Za-z0-9_-]{1,64}$");
                  } else
                    return fault("/agent/commands/" + i0 + "/name", "type", "string");
                }
                if (data11.description !== void 0) {
                  let data13 = data11.description;
                  if (typeof data13 == "string") {
                    if (data13.length > 128 && codePoints(data13) > 128)
                      return fault("/agent/commands/" + i0 + "/description", "maxLength", 128);
                    if (data13.length < 1)
                      return fault("/agent/commands/" + i0 + "/description", "minLength", 1);
                    if (!pattern8.test(data13))
                      return fault("/agent/commands/" + i0 + "/description", "pattern", "^[^\\u0000-\\u001f\\u007f]*$");
                  } else
                    return fault("/agent/commands/" + i0 + "/description", "type", "string");
                }
                if (data11.args !== void 0) {
                  let data14 = data11.args;
                  if (typeof data14 == "string") {
                    if (data14.length > 128 && codePoints(data14) > 128)
                      return fault("/agent/commands/" + i0 + "/args", "maxLength", 128);
                    if (data14.length < 1)
                      return fault("/agent/commands/" + i0 + "/args", "minLength", 1);
                    if (!pattern8.test(data14))
                      return fault("/agent/commands/" + i0 + "/args", "pattern", "^[^\\u0000-\\u001f\\u007f]*$");
                  } else
                    return fault("/agent/commands/" + i0 + "/args", "type", "string");
                }
              } else
                return fault("/agent/commands/" + i0, "type", "object");
            }
          } else
            return fault("/agent/commands", "type", "array");
        }
      } else
        return fault("/agent", "type", "object");
    }
    if (data.turn !== void 0) {
      let data15 = data.turn;
      if (typeof data15 == "string") {
        if (data15.length < 1 || data15.length > 64 || pattern1.test(data15))
          return fault("/turn", "pattern", "^[A-Za-z0-9_-]{1,64}$");
      } else
        return fault("/turn", "type", "string");
    }
    if (data.id !== void 0) {
      let data16 = data.id;
      if (typeof data16 == "string") {
        if (data16.length < 1 || data16.length > 64 || pattern1.test(data16))
          return fault("/id", "pattern", "^[A-Za-z0-9_-]{1,64}$");
      } else
        return fault("/id", "type", "string");
    }
    if (data.index !== void 0) {
      let data17 = data.index;
      if (!Number.isInteger(data17))
        return fault("/index", "type", "integer");
      {
        if (data17 > 9007199254740991)
          return fault("/index", "maximum", 9007199254740991);
        if (data17 < 0)
          return fault("/index", "minimum", 0);
      }
    }
    if (data.content !== void 0) {
      let data18 = data.content;
      if (typeof data18 == "string") {
        if (data18.length > 262144 && codePoints(data18) > 262144)
          return fault("/content", "maxLength", 262144);
      } else
        return fault("/content", "type", "string");
    }
  } else
    return fault("", "type", "object");
}
var check_hello = validate13, pattern33 = new RegExp("^[a-z][a-z0-9.-]{0,63}$", "u");
function validate13(data) {
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.type === void 0)
      return fault("/type", "required");
    if (data.role === void 0)
      return fault("/role", "required");
    if (data.versions === void 0)
      return fault("/versions", "required");
    if (data.type !== void 0) {
      let data0 = data.type;
      if (typeof data0 != "string")
        return fault("/type", "type", "string");
      if (data0 !== "hello")
        return fault("/type", "const", "hello");
    }
    if (data.role !== void 0) {
      let data1 = data.role;
      if (typeof data1 != "string")
        return fault("/role", "type", "string");
      if (!(data1 === "client" || data1 === "agent"))
        return fault("/role", "enum", "client, agent");
    }
    if (data.versions !== void 0) {
      let data2 = data.versions;
      if (Array.isArray(data2)) {
        if (data2.length > 8)
          return fault("/versions", "maxItems", 8);
        if (data2.length < 1)
          return fault("/versions", "minItems", 1);
        let len0 = data2.length;
        for (let i0 = 0; i0 < len0; i0++) {
          let data3 = data2[i0];
          if (!Number.isInteger(data3))
            return fault("/versions/" + i0, "type", "integer");
          {
            if (data3 > 65535)
              return fault("/versions/" + i0, "maximum", 65535);
            if (data3 < 1)
              return fault("/versions/" + i0, "minimum", 1);
          }
        }
      } else
        return fault("/versions", "type", "array");
    }
    if (data.token !== void 0) {
      let data4 = data.token;
      if (typeof data4 == "string") {
        if (data4.length > 8192 && codePoints(data4) > 8192)
          return fault("/token", "maxLength", 8192);
        if (data4.length < 1)
          return fault("/token", "minLength", 1);
      } else
        return fault("/token", "type", "string");
    }
    if (data.source !== void 0) {
      let data5 = data.source;
      if (typeof data5 == "string") {
        if (data5.length < 1 || data5.length > 128 || pattern15.test(data5))
          return fault("/source", "pattern", "^[!-.0-~]{1,128}$");
      } else
        return fault("/source", "type", "string");
    }
    if (data.capabilities !== void 0) {
      let data6 = data.capabilities;
      if (Array.isArray(data6)) {
        if (data6.length > 64)
          return fault("/capabilities", "maxItems", 64);
        let len1 = data6.length;
        for (let i1 = 0; i1 < len1; i1++) {
          let data7 = data6[i1];
          if (typeof data7 == "string") {
            if (!pattern33.test(data7))
              return fault("/capabilities/" + i1, "pattern", "^[a-z][a-z0-9.-]{0,63}$");
          } else
            return fault("/capabilities/" + i1, "type", "string");
        }
      } else
        return fault("/capabilities", "type", "array");
    }
    if (data.software !== void 0) {
      let data8 = data.software;
      if (data8 && typeof data8 == "object" && !Array.isArray(data8)) {
        if (data8.name === void 0)
          return fault("/software/name", "required");
        if (data8.version === void 0)
          return fault("/software/version", "required");
        if (data8.name !== void 0) {
          let data9 = data8.name;
          if (typeof data9 == "string") {
            if (data9.length > 64 && codePoints(data9) > 64)
              return fault("/software/name", "maxLength", 64);
            if (data9.length < 1)
              return fault("/software/name", "minLength", 1);
          } else
            return fault("/software/name", "type", "string");
        }
        if (data8.version !== void 0) {
          let data10 = data8.version;
          if (typeof data10 == "string") {
            if (data10.length > 64 && codePoints(data10) > 64)
              return fault("/software/version", "maxLength", 64);
            if (data10.length < 1)
              return fault("/software/version", "minLength", 1);
          } else
            return fault("/software/version", "type", "string");
        }
      } else
        return fault("/software", "type", "object");
    }
    if (data.attach !== void 0) {
      let data11 = data.attach;
      if (Array.isArray(data11)) {
        if (data11.length > 64)
          return fault("/attach", "maxItems", 64);
        let len2 = data11.length;
        for (let i2 = 0; i2 < len2; i2++) {
          let data12 = data11[i2];
          if (data12 && typeof data12 == "object" && !Array.isArray(data12)) {
            if (data12.conversation === void 0)
              return fault("/attach/" + i2 + "/conversation", "required");
            if (data12.conversation !== void 0) {
              let data13 = data12.conversation;
              if (typeof data13 == "string") {
                if (data13.length < 1 || data13.length > 256 || pattern14.test(data13))
                  return fault("/attach/" + i2 + "/conversation", "pattern", "^[!-~]{1,256}$");
              } else
                return fault("/attach/" + i2 + "/conversation", "type", "string");
            }
            if (data12.epoch !== void 0) {
              let data14 = data12.epoch;
              if (typeof data14 == "string") {
                if (data14.length < 1 || data14.length > 64 || pattern1.test(data14))
                  return fault("/attach/" + i2 + "/epoch", "pattern", "^[A-Za-z0-9_-]{1,64}$");
              } else
                return fault("/attach/" + i2 + "/epoch", "type", "string");
            }
            if (data12.seq !== void 0) {
              let data15 = data12.seq;
              if (!Number.isInteger(data15))
                return fault("/attach/" + i2 + "/seq", "type", "integer");
              {
                if (data15 > 9007199254740991)
                  return fault("/attach/" + i2 + "/seq", "maximum", 9007199254740991);
                if (data15 < 0)
                  return fault("/attach/" + i2 + "/seq", "minimum", 0);
              }
            }
          } else
            return fault("/attach/" + i2, "type", "object");
        }
      } else
        return fault("/attach", "type", "array");
    }
    if (data.stream !== void 0) {
      let data16 = data.stream;
      if (typeof data16 != "string")
        return fault("/stream", "type", "string");
      if (!(data16 === "token" || data16 === "block" || data16 === "none"))
        return fault("/stream", "enum", "token, block, none");
    }
    if (data.name !== void 0) {
      let data17 = data.name;
      if (typeof data17 == "string") {
        if (data17.length > 128 && codePoints(data17) > 128)
          return fault("/name", "maxLength", 128);
        if (data17.length < 1)
          return fault("/name", "minLength", 1);
        if (!pattern8.test(data17))
          return fault("/name", "pattern", "^[^\\u0000-\\u001f\\u007f]*$");
      } else
        return fault("/name", "type", "string");
    }
    if (data.commands !== void 0) {
      let data18 = data.commands;
      if (Array.isArray(data18)) {
        if (data18.length > 128)
          return fault("/commands", "maxItems", 128);
        let len3 = data18.length;
        for (let i3 = 0; i3 < len3; i3++) {
          let data19 = data18[i3];
          if (data19 && typeof data19 == "object" && !Array.isArray(data19)) {
            if (data19.name === void 0)
              return fault("/commands/" + i3 + "/name", "required");
            if (data19.description === void 0)
              return fault("/commands/" + i3 + "/description", "required");
            if (data19.name !== void 0) {
              let data20 = data19.name;
              if (typeof data20 == "string") {
                if (data20.length < 1 || data20.length > 64 || pattern1.test(data20))
                  return fault("/commands/" + i3 + "/name", "pattern", "^[A-Za-z0-9_-]{1,64}$");
              } else
                return fault("/commands/" + i3 + "/name", "type", "string");
            }
            if (data19.description !== void 0) {
              let data21 = data19.description;
              if (typeof data21 == "string") {
                if (data21.length > 128 && codePoints(data21) > 128)
                  return fault("/commands/" + i3 + "/description", "maxLength", 128);
                if (data21.length < 1)
                  return fault("/commands/" + i3 + "/description", "minLength", 1);
                if (!pattern8.test(data21))
                  return fault("/commands/" + i3 + "/description", "pattern", "^[^\\u0000-\\u001f\\u007f]*$");
              } else
                return fault("/commands/" + i3 + "/description", "type", "string");
            }
            if (data19.args !== void 0) {
              let data22 = data19.args;
              if (typeof data22 == "string") {
                if (data22.length > 128 && codePoints(data22) > 128)
                  return fault("/commands/" + i3 + "/args", "maxLength", 128);
                if (data22.length < 1)
                  return fault("/commands/" + i3 + "/args", "minLength", 1);
                if (!pattern8.test(data22))
                  return fault("/commands/" + i3 + "/args", "pattern", "^[^\\u0000-\\u001f\\u007f]*$");
              } else
                return fault("/commands/" + i3 + "/args", "type", "string");
            }
          } else
            return fault("/commands/" + i3, "type", "object");
        }
      } else
        return fault("/commands", "type", "array");
    }
  } else
    return fault("", "type", "object");
}
var check_received = validate14;
function validate14(data) {
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.type === void 0)
      return fault("/type", "required");
    if (data.conversation === void 0)
      return fault("/conversation", "required");
    if (data.events === void 0)
      return fault("/events", "required");
    if (data.type !== void 0) {
      let data0 = data.type;
      if (typeof data0 != "string")
        return fault("/type", "type", "string");
      if (data0 !== "received")
        return fault("/type", "const", "received");
    }
    if (data.conversation !== void 0) {
      let data1 = data.conversation;
      if (typeof data1 == "string") {
        if (data1.length < 1 || data1.length > 256 || pattern14.test(data1))
          return fault("/conversation", "pattern", "^[!-~]{1,256}$");
      } else
        return fault("/conversation", "type", "string");
    }
    if (data.events !== void 0) {
      let data2 = data.events;
      if (Array.isArray(data2)) {
        if (data2.length > 256)
          return fault("/events", "maxItems", 256);
        let len0 = data2.length;
        for (let i0 = 0; i0 < len0; i0++) {
          let data3 = data2[i0];
          if (typeof data3 == "string") {
            if (data3.length < 1 || data3.length > 64 || pattern1.test(data3))
              return fault("/events/" + i0, "pattern", "^[A-Za-z0-9_-]{1,64}$");
          } else
            return fault("/events/" + i0, "type", "string");
        }
      } else
        return fault("/events", "type", "array");
    }
  } else
    return fault("", "type", "object");
}
var check_auth = validate15;
function validate15(data) {
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.type === void 0)
      return fault("/type", "required");
    if (data.token === void 0)
      return fault("/token", "required");
    if (data.type !== void 0) {
      let data0 = data.type;
      if (typeof data0 != "string")
        return fault("/type", "type", "string");
      if (data0 !== "auth")
        return fault("/type", "const", "auth");
    }
    if (data.token !== void 0) {
      let data1 = data.token;
      if (typeof data1 == "string") {
        if (data1.length > 8192 && codePoints(data1) > 8192)
          return fault("/token", "maxLength", 8192);
        if (data1.length < 1)
          return fault("/token", "minLength", 1);
      } else
        return fault("/token", "type", "string");
    }
  } else
    return fault("", "type", "object");
}
var check_error = validate16;
function validate16(data) {
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.type === void 0)
      return fault("/type", "required");
    if (data.code === void 0)
      return fault("/code", "required");
    if (data.message === void 0)
      return fault("/message", "required");
    if (data.retryable === void 0)
      return fault("/retryable", "required");
    if (data.type !== void 0) {
      let data0 = data.type;
      if (typeof data0 != "string")
        return fault("/type", "type", "string");
      if (data0 !== "error")
        return fault("/type", "const", "error");
    }
    if (data.code !== void 0) {
      let data1 = data.code;
      if (typeof data1 == "string") {
        if (!pattern19.test(data1))
          return fault("/code", "pattern", "^[a-z][a-z0-9_]{0,63}$");
      } else
        return fault("/code", "type", "string");
    }
    if (data.message !== void 0) {
      let data2 = data.message;
      if (typeof data2 == "string") {
        if (data2.length > 1024 && codePoints(data2) > 1024)
          return fault("/message", "maxLength", 1024);
      } else
        return fault("/message", "type", "string");
    }
    if (data.retryable !== void 0 && typeof data.retryable != "boolean")
      return fault("/retryable", "type", "boolean");
    if (data.retryAfterMs !== void 0) {
      let data4 = data.retryAfterMs;
      if (!Number.isInteger(data4))
        return fault("/retryAfterMs", "type", "integer");
      {
        if (data4 > 2147483647)
          return fault("/retryAfterMs", "maximum", 2147483647);
        if (data4 < 0)
          return fault("/retryAfterMs", "minimum", 0);
      }
    }
    if (data.ref !== void 0) {
      let data5 = data.ref;
      if (typeof data5 == "string") {
        if (data5.length > 64 && codePoints(data5) > 64)
          return fault("/ref", "maxLength", 64);
      } else
        return fault("/ref", "type", "string");
    }
    if (data.conversation !== void 0) {
      let data6 = data.conversation;
      if (typeof data6 == "string") {
        if (data6.length < 1 || data6.length > 256 || pattern14.test(data6))
          return fault("/conversation", "pattern", "^[!-~]{1,256}$");
      } else
        return fault("/conversation", "type", "string");
    }
    if (data.details !== void 0) {
      let data7 = data.details;
      if (data7 && typeof data7 == "object" && !Array.isArray(data7)) {
        if (data7.path !== void 0) {
          let data8 = data7.path;
          if (typeof data8 == "string") {
            if (data8.length > 512 && codePoints(data8) > 512)
              return fault("/details/path", "maxLength", 512);
          } else
            return fault("/details/path", "type", "string");
        }
        if (data7.keyword !== void 0) {
          let data9 = data7.keyword;
          if (typeof data9 == "string") {
            if (data9.length > 64 && codePoints(data9) > 64)
              return fault("/details/keyword", "maxLength", 64);
          } else
            return fault("/details/keyword", "type", "string");
        }
        if (data7.limit !== void 0) {
          let data10 = data7.limit;
          if (!(typeof data10 == "number" && isFinite(data10)) && typeof data10 != "string")
            return fault("/details/limit", "type", "number, string");
          if (typeof data10 == "string" && data10.length > 512 && codePoints(data10) > 512)
            return fault("/details/limit", "maxLength", 512);
        }
      } else
        return fault("/details", "type", "object");
    }
  } else
    return fault("", "type", "object");
}
var check_ping = validate17;
function validate17(data) {
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.type === void 0)
      return fault("/type", "required");
    if (data.type !== void 0) {
      let data0 = data.type;
      if (typeof data0 != "string")
        return fault("/type", "type", "string");
      if (data0 !== "ping")
        return fault("/type", "const", "ping");
    }
    if (data.id !== void 0) {
      let data1 = data.id;
      if (typeof data1 == "string") {
        if (data1.length < 1 || data1.length > 64 || pattern1.test(data1))
          return fault("/id", "pattern", "^[A-Za-z0-9_-]{1,64}$");
      } else
        return fault("/id", "type", "string");
    }
  } else
    return fault("", "type", "object");
}
var check_pong = validate18;
function validate18(data) {
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.type === void 0)
      return fault("/type", "required");
    if (data.type !== void 0) {
      let data0 = data.type;
      if (typeof data0 != "string")
        return fault("/type", "type", "string");
      if (data0 !== "pong")
        return fault("/type", "const", "pong");
    }
    if (data.id !== void 0) {
      let data1 = data.id;
      if (typeof data1 == "string") {
        if (data1.length < 1 || data1.length > 64 || pattern1.test(data1))
          return fault("/id", "pattern", "^[A-Za-z0-9_-]{1,64}$");
      } else
        return fault("/id", "type", "string");
    }
  } else
    return fault("", "type", "object");
}
var check_bye = validate19;
function validate19(data) {
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.type === void 0)
      return fault("/type", "required");
    if (data.reason === void 0)
      return fault("/reason", "required");
    if (data.type !== void 0) {
      let data0 = data.type;
      if (typeof data0 != "string")
        return fault("/type", "type", "string");
      if (data0 !== "bye")
        return fault("/type", "const", "bye");
    }
    if (data.reason !== void 0) {
      let data1 = data.reason;
      if (typeof data1 == "string") {
        if (!pattern0.test(data1))
          return fault("/reason", "pattern", "^[a-z][a-z0-9_-]{0,31}$");
      } else
        return fault("/reason", "type", "string");
    }
    if (data.message !== void 0) {
      let data2 = data.message;
      if (typeof data2 == "string") {
        if (data2.length > 1024 && codePoints(data2) > 1024)
          return fault("/message", "maxLength", 1024);
      } else
        return fault("/message", "type", "string");
    }
    if (data.reconnectAfterMs !== void 0) {
      let data3 = data.reconnectAfterMs;
      if (!Number.isInteger(data3))
        return fault("/reconnectAfterMs", "type", "integer");
      {
        if (data3 > 2147483647)
          return fault("/reconnectAfterMs", "maximum", 2147483647);
        if (data3 < 0)
          return fault("/reconnectAfterMs", "minimum", 0);
      }
    }
  } else
    return fault("", "type", "object");
}
var validators = /* @__PURE__ */ new Map([["reply", check_reply], ["turn", check_turn], ["signal", check_signal], ["hello", check_hello], ["received", check_received], ["auth", check_auth], ["error", check_error], ["ping", check_ping], ["pong", check_pong], ["bye", check_bye]]);
export { validators };
