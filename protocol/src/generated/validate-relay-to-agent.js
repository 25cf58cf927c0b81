// Generated from the registry by protocol/scripts/generate.ts
// <stdin>
var fault = (path, keyword, limit) => ({ path, keyword, limit }), codePoints = (text) => {
  let count = text.length;
  for (let i = text.length - 1; i > 0; i--)
    (text.charCodeAt(i) & 64512) === 56320 && (text.charCodeAt(i - 1) & 64512) === 55296 && (count--, i--);
  return count;
}, check_event = validate10, pattern0 = new RegExp("[^!-.0-~]", "u"), pattern1 = new RegExp("[^!-~]", "u"), pattern2 = new RegExp("^[a-z][a-z0-9_-]{0,31}$", "u"), pattern3 = new RegExp("[^A-Za-z0-9_-]", "u"), pattern4 = new RegExp("^[^\\u0000-\\u001f\\u007f]*$", "u"), pattern5 = new RegExp("[^A-Za-z0-9-]", "u"), pattern7 = new RegExp("^[a-z0-9.+-]{1,63}/[a-z0-9.+-]{1,63}$", "u"), pattern8 = new RegExp("^[0-9a-f]{64}$", "u"), pattern11 = new RegExp("^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$", "u"), pattern12 = new RegExp("^[a-z0-9-]+(\\.[a-z0-9-]+)+$", "u");
function validate10(data) {
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.type === void 0)
      return fault("/type", "required");
    if (data.source === void 0)
      return fault("/source", "required");
    if (data.content === void 0)
      return fault("/content", "required");
    if (data.timestamp === void 0)
      return fault("/timestamp", "required");
    if (data.type !== void 0) {
      let data0 = data.type;
      if (typeof data0 != "string")
        return fault("/type", "type", "string");
      if (data0 !== "event")
        return fault("/type", "const", "event");
    }
    if (data.source !== void 0) {
      let data1 = data.source;
      if (typeof data1 == "string") {
        if (data1.length < 1 || data1.length > 128 || pattern0.test(data1))
          return fault("/source", "pattern", "^[!-.0-~]{1,128}$");
      } else
        return fault("/source", "type", "string");
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
    if (data.conversation !== void 0) {
      let data4 = data.conversation;
      if (typeof data4 == "string") {
        if (data4.length < 1 || data4.length > 256 || pattern1.test(data4))
          return fault("/conversation", "pattern", "^[!-~]{1,256}$");
      } else
        return fault("/conversation", "type", "string");
    }
    if (data.kind !== void 0) {
      let data5 = data.kind;
      if (typeof data5 == "string") {
        if (!pattern2.test(data5))
          return fault("/kind", "pattern", "^[a-z][a-z0-9_-]{0,31}$");
      } else
        return fault("/kind", "type", "string");
    }
    if (data.target !== void 0) {
      let data6 = data.target;
      if (typeof data6 == "string") {
        if (data6.length < 1 || data6.length > 64 || pattern3.test(data6))
          return fault("/target", "pattern", "^[A-Za-z0-9_-]{1,64}$");
      } else
        return fault("/target", "type", "string");
    }
    if (data.sender !== void 0) {
      let data7 = data.sender;
      if (data7 && typeof data7 == "object" && !Array.isArray(data7)) {
        if (data7.name !== void 0) {
          let data8 = data7.name;
          if (typeof data8 == "string") {
            if (data8.length > 128 && codePoints(data8) > 128)
              return fault("/sender/name", "maxLength", 128);
            if (data8.length < 1)
              return fault("/sender/name", "minLength", 1);
            if (!pattern4.test(data8))
              return fault("/sender/name", "pattern", "^[^\\u0000-\\u001f\\u007f]*$");
          } else
            return fault("/sender/name", "type", "string");
        }
        if (data7.locale !== void 0) {
          let data9 = data7.locale;
          if (typeof data9 == "string") {
            if (data9.length < 2 || data9.length > 35 || pattern5.test(data9))
              return fault("/sender/locale", "pattern", "^[A-Za-z0-9-]{2,35}$");
          } else
            return fault("/sender/locale", "type", "string");
        }
      } else
        return fault("/sender", "type", "object");
    }
    if (data.attachments !== void 0) {
      let data10 = data.attachments;
      if (Array.isArray(data10)) {
        if (data10.length > 32)
          return fault("/attachments", "maxItems", 32);
        let len0 = data10.length;
        for (let i0 = 0; i0 < len0; i0++) {
          let data11 = data10[i0];
          if (data11 && typeof data11 == "object" && !Array.isArray(data11)) {
            if (data11.id === void 0)
              return fault("/attachments/" + i0 + "/id", "required");
            if (data11.name === void 0)
              return fault("/attachments/" + i0 + "/name", "required");
            if (data11.mime === void 0)
              return fault("/attachments/" + i0 + "/mime", "required");
            if (data11.size === void 0)
              return fault("/attachments/" + i0 + "/size", "required");
            if (data11.url === void 0)
              return fault("/attachments/" + i0 + "/url", "required");
            if (data11.id !== void 0) {
              let data12 = data11.id;
              if (typeof data12 == "string") {
                if (data12.length < 1 || data12.length > 64 || pattern3.test(data12))
                  return fault("/attachments/" + i0 + "/id", "pattern", "^[A-Za-z0-9_-]{1,64}$");
              } else
                return fault("/attachments/" + i0 + "/id", "type", "string");
            }
            if (data11.name !== void 0) {
              let data13 = data11.name;
              if (typeof data13 == "string") {
                if (data13.length > 255 && codePoints(data13) > 255)
                  return fault("/attachments/" + i0 + "/name", "maxLength", 255);
                if (data13.length < 1)
                  return fault("/attachments/" + i0 + "/name", "minLength", 1);
              } else
                return fault("/attachments/" + i0 + "/name", "type", "string");
            }
            if (data11.mime !== void 0) {
              let data14 = data11.mime;
              if (typeof data14 == "string") {
                if (!pattern7.test(data14))
                  return fault("/attachments/" + i0 + "/mime", "pattern", "^[a-z0-9.+-]{1,63}/[a-z0-9.+-]{1,63}$");
              } else
                return fault("/attachments/" + i0 + "/mime", "type", "string");
            }
            if (data11.size !== void 0) {
              let data15 = data11.size;
              if (!Number.isInteger(data15))
                return fault("/attachments/" + i0 + "/size", "type", "integer");
              {
                if (data15 > 9007199254740991)
                  return fault("/attachments/" + i0 + "/size", "maximum", 9007199254740991);
                if (data15 < 0)
                  return fault("/attachments/" + i0 + "/size", "minimum", 0);
              }
            }
            if (data11.sha256 !== void 0) {
              let data16 = data11.sha256;
              if (typeof data16 == "string") {
                if (!pattern8.test(data16))
                  return fault("/attachments/" + i0 + "/sha256", "pattern", "^[0-9a-f]{64}$");
              } else
                return fault("/attachments/" + i0 + "/sha256", "type", "string");
            }
            if (data11.url !== void 0) {
              let data17 = data11.url;
              if (typeof data17 == "string") {
                if (data17.length > 2048 && codePoints(data17) > 2048)
                  return fault("/attachments/" + i0 + "/url", "maxLength", 2048);
                if (data17.length < 1)
                  return fault("/attachments/" + i0 + "/url", "minLength", 1);
              } else
                return fault("/attachments/" + i0 + "/url", "type", "string");
            }
            if (data11.width !== void 0) {
              let data18 = data11.width;
              if (!Number.isInteger(data18))
                return fault("/attachments/" + i0 + "/width", "type", "integer");
              {
                if (data18 > 1e6)
                  return fault("/attachments/" + i0 + "/width", "maximum", 1e6);
                if (data18 < 1)
                  return fault("/attachments/" + i0 + "/width", "minimum", 1);
              }
            }
            if (data11.height !== void 0) {
              let data19 = data11.height;
              if (!Number.isInteger(data19))
                return fault("/attachments/" + i0 + "/height", "type", "integer");
              {
                if (data19 > 1e6)
                  return fault("/attachments/" + i0 + "/height", "maximum", 1e6);
                if (data19 < 1)
                  return fault("/attachments/" + i0 + "/height", "minimum", 1);
              }
            }
            if (data11.durationMs !== void 0) {
              let data20 = data11.durationMs;
              if (!Number.isInteger(data20))
                return fault("/attachments/" + i0 + "/durationMs", "type", "integer");
              {
                if (data20 > 2147483647)
                  return fault("/attachments/" + i0 + "/durationMs", "maximum", 2147483647);
                if (data20 < 0)
                  return fault("/attachments/" + i0 + "/durationMs", "minimum", 0);
              }
            }
          } else
            return fault("/attachments/" + i0, "type", "object");
        }
      } else
        return fault("/attachments", "type", "array");
    }
    if (data.replyTo !== void 0) {
      let data21 = data.replyTo;
      if (typeof data21 == "string") {
        if (data21.length < 1 || data21.length > 64 || pattern3.test(data21))
          return fault("/replyTo", "pattern", "^[A-Za-z0-9_-]{1,64}$");
      } else
        return fault("/replyTo", "type", "string");
    }
    if (data.thread !== void 0) {
      let data22 = data.thread;
      if (typeof data22 == "string") {
        if (data22.length < 1 || data22.length > 64 || pattern3.test(data22))
          return fault("/thread", "pattern", "^[A-Za-z0-9_-]{1,64}$");
      } else
        return fault("/thread", "type", "string");
    }
    if (data.traceparent !== void 0) {
      let data23 = data.traceparent;
      if (typeof data23 == "string") {
        if (!pattern11.test(data23))
          return fault("/traceparent", "pattern", "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$");
      } else
        return fault("/traceparent", "type", "string");
    }
    if (data.ext !== void 0) {
      let data24 = data.ext;
      if (data24 && typeof data24 == "object" && !Array.isArray(data24)) {
        if (Object.keys(data24).length > 16)
          return fault("/ext", "maxProperties", 16);
        for (let key0 in data24)
          if (typeof key0 == "string" && !pattern12.test(key0))
            return fault("/ext", "pattern", "^[a-z0-9-]+(\\.[a-z0-9-]+)+$");
      } else
        return fault("/ext", "type", "object");
    }
    if (data.id !== void 0) {
      let data25 = data.id;
      if (typeof data25 == "string") {
        if (data25.length < 1 || data25.length > 64 || pattern3.test(data25))
          return fault("/id", "pattern", "^[A-Za-z0-9_-]{1,64}$");
      } else
        return fault("/id", "type", "string");
    }
    if (data.epoch !== void 0) {
      let data26 = data.epoch;
      if (typeof data26 == "string") {
        if (data26.length < 1 || data26.length > 64 || pattern3.test(data26))
          return fault("/epoch", "pattern", "^[A-Za-z0-9_-]{1,64}$");
      } else
        return fault("/epoch", "type", "string");
    }
    if (data.seq !== void 0) {
      let data27 = data.seq;
      if (!Number.isInteger(data27))
        return fault("/seq", "type", "integer");
      {
        if (data27 > 9007199254740991)
          return fault("/seq", "maximum", 9007199254740991);
        if (data27 < 1)
          return fault("/seq", "minimum", 1);
      }
    }
  } else
    return fault("", "type", "object");
}
var check_signal = validate11;
function validate11(data) {
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
        if (!pattern2.test(data1))
          return fault("/kind", "pattern", "^[a-z][a-z0-9_-]{0,31}$");
      } else
        return fault("/kind", "type", "string");
    }
    if (data.conversation !== void 0) {
      let data2 = data.conversation;
      if (typeof data2 == "string") {
        if (data2.length < 1 || data2.length > 256 || pattern1.test(data2))
          return fault("/conversation", "pattern", "^[!-~]{1,256}$");
      } else
        return fault("/conversation", "type", "string");
    }
    if (data.source !== void 0) {
      let data3 = data.source;
      if (typeof data3 == "string") {
        if (data3.length < 1 || data3.length > 128 || pattern0.test(data3))
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
            if (data6.length < 1 || data6.length > 128 || pattern0.test(data6))
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
            if (!pattern4.test(data9))
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
                    if (data12.length < 1 || data12.length > 64 || pattern3.test(data12))
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
                    if (!pattern4.test(data13))
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
                    if (!pattern4.test(data14))
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
        if (data15.length < 1 || data15.length > 64 || pattern3.test(data15))
          return fault("/turn", "pattern", "^[A-Za-z0-9_-]{1,64}$");
      } else
        return fault("/turn", "type", "string");
    }
    if (data.id !== void 0) {
      let data16 = data.id;
      if (typeof data16 == "string") {
        if (data16.length < 1 || data16.length > 64 || pattern3.test(data16))
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
var check_welcome = validate12, pattern29 = new RegExp("^[a-z][a-z0-9.-]{0,63}$", "u");
function validate12(data) {
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.type === void 0)
      return fault("/type", "required");
    if (data.version === void 0)
      return fault("/version", "required");
    if (data.session === void 0)
      return fault("/session", "required");
    if (data.identity === void 0)
      return fault("/identity", "required");
    if (data.heartbeat === void 0)
      return fault("/heartbeat", "required");
    if (data.limits === void 0)
      return fault("/limits", "required");
    if (data.type !== void 0) {
      let data0 = data.type;
      if (typeof data0 != "string")
        return fault("/type", "type", "string");
      if (data0 !== "welcome")
        return fault("/type", "const", "welcome");
    }
    if (data.version !== void 0) {
      let data1 = data.version;
      if (!Number.isInteger(data1))
        return fault("/version", "type", "integer");
      {
        if (data1 > 65535)
          return fault("/version", "maximum", 65535);
        if (data1 < 1)
          return fault("/version", "minimum", 1);
      }
    }
    if (data.session !== void 0) {
      let data2 = data.session;
      if (typeof data2 == "string") {
        if (data2.length < 1 || data2.length > 64 || pattern3.test(data2))
          return fault("/session", "pattern", "^[A-Za-z0-9_-]{1,64}$");
      } else
        return fault("/session", "type", "string");
    }
    if (data.identity !== void 0) {
      let data3 = data.identity;
      if (data3 && typeof data3 == "object" && !Array.isArray(data3)) {
        if (data3.source === void 0)
          return fault("/identity/source", "required");
        if (data3.source !== void 0) {
          let data4 = data3.source;
          if (typeof data4 == "string") {
            if (data4.length < 1 || data4.length > 128 || pattern0.test(data4))
              return fault("/identity/source", "pattern", "^[!-.0-~]{1,128}$");
          } else
            return fault("/identity/source", "type", "string");
        }
        if (data3.name !== void 0) {
          let data5 = data3.name;
          if (typeof data5 == "string") {
            if (data5.length > 128 && codePoints(data5) > 128)
              return fault("/identity/name", "maxLength", 128);
            if (data5.length < 1)
              return fault("/identity/name", "minLength", 1);
            if (!pattern4.test(data5))
              return fault("/identity/name", "pattern", "^[^\\u0000-\\u001f\\u007f]*$");
          } else
            return fault("/identity/name", "type", "string");
        }
      } else
        return fault("/identity", "type", "object");
    }
    if (data.conversation !== void 0) {
      let data6 = data.conversation;
      if (typeof data6 == "string") {
        if (data6.length < 1 || data6.length > 256 || pattern1.test(data6))
          return fault("/conversation", "pattern", "^[!-~]{1,256}$");
      } else
        return fault("/conversation", "type", "string");
    }
    if (data.heartbeat !== void 0) {
      let data7 = data.heartbeat;
      if (data7 && typeof data7 == "object" && !Array.isArray(data7)) {
        if (data7.intervalMs === void 0)
          return fault("/heartbeat/intervalMs", "required");
        if (data7.graceMs === void 0)
          return fault("/heartbeat/graceMs", "required");
        if (data7.intervalMs !== void 0) {
          let data8 = data7.intervalMs;
          if (!Number.isInteger(data8))
            return fault("/heartbeat/intervalMs", "type", "integer");
          {
            if (data8 > 2147483647)
              return fault("/heartbeat/intervalMs", "maximum", 2147483647);
            if (data8 < 0)
              return fault("/heartbeat/intervalMs", "minimum", 0);
          }
        }
        if (data7.graceMs !== void 0) {
          let data9 = data7.graceMs;
          if (!Number.isInteger(data9))
            return fault("/heartbeat/graceMs", "type", "integer");
          {
            if (data9 > 2147483647)
              return fault("/heartbeat/graceMs", "maximum", 2147483647);
            if (data9 < 0)
              return fault("/heartbeat/graceMs", "minimum", 0);
          }
        }
      } else
        return fault("/heartbeat", "type", "object");
    }
    if (data.limits !== void 0) {
      let data10 = data.limits;
      if (data10 && typeof data10 == "object" && !Array.isArray(data10)) {
        if (data10.frameBytes === void 0)
          return fault("/limits/frameBytes", "required");
        if (data10.contentLength === void 0)
          return fault("/limits/contentLength", "required");
        if (data10.frameBytes !== void 0) {
          let data11 = data10.frameBytes;
          if (!Number.isInteger(data11))
            return fault("/limits/frameBytes", "type", "integer");
          {
            if (data11 > 1048576)
              return fault("/limits/frameBytes", "maximum", 1048576);
            if (data11 < 1024)
              return fault("/limits/frameBytes", "minimum", 1024);
          }
        }
        if (data10.contentLength !== void 0) {
          let data12 = data10.contentLength;
          if (!Number.isInteger(data12))
            return fault("/limits/contentLength", "type", "integer");
          {
            if (data12 > 262144)
              return fault("/limits/contentLength", "maximum", 262144);
            if (data12 < 1)
              return fault("/limits/contentLength", "minimum", 1);
          }
        }
      } else
        return fault("/limits", "type", "object");
    }
    if (data.capabilities !== void 0) {
      let data13 = data.capabilities;
      if (Array.isArray(data13)) {
        if (data13.length > 64)
          return fault("/capabilities", "maxItems", 64);
        let len0 = data13.length;
        for (let i0 = 0; i0 < len0; i0++) {
          let data14 = data13[i0];
          if (typeof data14 == "string") {
            if (!pattern29.test(data14))
              return fault("/capabilities/" + i0, "pattern", "^[a-z][a-z0-9.-]{0,63}$");
          } else
            return fault("/capabilities/" + i0, "type", "string");
        }
      } else
        return fault("/capabilities", "type", "array");
    }
    if (data.files !== void 0) {
      let data15 = data.files;
      if (data15 && typeof data15 == "object" && !Array.isArray(data15)) {
        if (data15.url === void 0)
          return fault("/files/url", "required");
        if (data15.maxBytes === void 0)
          return fault("/files/maxBytes", "required");
        if (data15.url !== void 0) {
          let data16 = data15.url;
          if (typeof data16 == "string") {
            if (data16.length > 2048 && codePoints(data16) > 2048)
              return fault("/files/url", "maxLength", 2048);
            if (data16.length < 1)
              return fault("/files/url", "minLength", 1);
          } else
            return fault("/files/url", "type", "string");
        }
        if (data15.maxBytes !== void 0) {
          let data17 = data15.maxBytes;
          if (!Number.isInteger(data17))
            return fault("/files/maxBytes", "type", "integer");
          {
            if (data17 > 9007199254740991)
              return fault("/files/maxBytes", "maximum", 9007199254740991);
            if (data17 < 1)
              return fault("/files/maxBytes", "minimum", 1);
          }
        }
      } else
        return fault("/files", "type", "object");
    }
    if (data.tokenExpiresAt !== void 0) {
      let data18 = data.tokenExpiresAt;
      if (!Number.isInteger(data18))
        return fault("/tokenExpiresAt", "type", "integer");
      {
        if (data18 > 864e13)
          return fault("/tokenExpiresAt", "maximum", 864e13);
        if (data18 < 0)
          return fault("/tokenExpiresAt", "minimum", 0);
      }
    }
    if (data.software !== void 0) {
      let data19 = data.software;
      if (data19 && typeof data19 == "object" && !Array.isArray(data19)) {
        if (data19.name === void 0)
          return fault("/software/name", "required");
        if (data19.version === void 0)
          return fault("/software/version", "required");
        if (data19.name !== void 0) {
          let data20 = data19.name;
          if (typeof data20 == "string") {
            if (data20.length > 64 && codePoints(data20) > 64)
              return fault("/software/name", "maxLength", 64);
            if (data20.length < 1)
              return fault("/software/name", "minLength", 1);
          } else
            return fault("/software/name", "type", "string");
        }
        if (data19.version !== void 0) {
          let data21 = data19.version;
          if (typeof data21 == "string") {
            if (data21.length > 64 && codePoints(data21) > 64)
              return fault("/software/version", "maxLength", 64);
            if (data21.length < 1)
              return fault("/software/version", "minLength", 1);
          } else
            return fault("/software/version", "type", "string");
        }
      } else
        return fault("/software", "type", "object");
    }
  } else
    return fault("", "type", "object");
}
var check_ack = validate13;
function validate13(data) {
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.type === void 0)
      return fault("/type", "required");
    if (data.id === void 0)
      return fault("/id", "required");
    if (data.conversation === void 0)
      return fault("/conversation", "required");
    if (data.epoch === void 0)
      return fault("/epoch", "required");
    if (data.seq === void 0)
      return fault("/seq", "required");
    if (data.status === void 0)
      return fault("/status", "required");
    if (data.type !== void 0) {
      let data0 = data.type;
      if (typeof data0 != "string")
        return fault("/type", "type", "string");
      if (data0 !== "ack")
        return fault("/type", "const", "ack");
    }
    if (data.id !== void 0) {
      let data1 = data.id;
      if (typeof data1 == "string") {
        if (data1.length < 1 || data1.length > 64 || pattern3.test(data1))
          return fault("/id", "pattern", "^[A-Za-z0-9_-]{1,64}$");
      } else
        return fault("/id", "type", "string");
    }
    if (data.conversation !== void 0) {
      let data2 = data.conversation;
      if (typeof data2 == "string") {
        if (data2.length < 1 || data2.length > 256 || pattern1.test(data2))
          return fault("/conversation", "pattern", "^[!-~]{1,256}$");
      } else
        return fault("/conversation", "type", "string");
    }
    if (data.epoch !== void 0) {
      let data3 = data.epoch;
      if (typeof data3 == "string") {
        if (data3.length < 1 || data3.length > 64 || pattern3.test(data3))
          return fault("/epoch", "pattern", "^[A-Za-z0-9_-]{1,64}$");
      } else
        return fault("/epoch", "type", "string");
    }
    if (data.seq !== void 0) {
      let data4 = data.seq;
      if (!Number.isInteger(data4))
        return fault("/seq", "type", "integer");
      {
        if (data4 > 9007199254740991)
          return fault("/seq", "maximum", 9007199254740991);
        if (data4 < 1)
          return fault("/seq", "minimum", 1);
      }
    }
    if (data.status !== void 0) {
      let data5 = data.status;
      if (typeof data5 != "string")
        return fault("/status", "type", "string");
      if (!(data5 === "accepted" || data5 === "duplicate"))
        return fault("/status", "enum", "accepted, duplicate");
    }
  } else
    return fault("", "type", "object");
}
var check_cancel = validate14;
function validate14(data) {
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.type === void 0)
      return fault("/type", "required");
    if (data.conversation === void 0)
      return fault("/conversation", "required");
    if (data.type !== void 0) {
      let data0 = data.type;
      if (typeof data0 != "string")
        return fault("/type", "type", "string");
      if (data0 !== "cancel")
        return fault("/type", "const", "cancel");
    }
    if (data.conversation !== void 0) {
      let data1 = data.conversation;
      if (typeof data1 == "string") {
        if (data1.length < 1 || data1.length > 256 || pattern1.test(data1))
          return fault("/conversation", "pattern", "^[!-~]{1,256}$");
      } else
        return fault("/conversation", "type", "string");
    }
    if (data.turn !== void 0) {
      let data2 = data.turn;
      if (typeof data2 == "string") {
        if (data2.length < 1 || data2.length > 64 || pattern3.test(data2))
          return fault("/turn", "pattern", "^[A-Za-z0-9_-]{1,64}$");
      } else
        return fault("/turn", "type", "string");
    }
    if (data.source !== void 0) {
      let data3 = data.source;
      if (typeof data3 == "string") {
        if (data3.length < 1 || data3.length > 128 || pattern0.test(data3))
          return fault("/source", "pattern", "^[!-.0-~]{1,128}$");
      } else
        return fault("/source", "type", "string");
    }
  } else
    return fault("", "type", "object");
}
var check_auth = validate15;
function validate15(data) {
  if (data && typeof data == "object" && !Array.isArray(data)) {
    if (data.type === void 0)
      return fault("/type", "required");
    if (data.type !== void 0) {
      let data0 = data.type;
      if (typeof data0 != "string")
        return fault("/type", "type", "string");
      if (data0 !== "auth")
        return fault("/type", "const", "auth");
    }
    if (data.tokenExpiresAt !== void 0) {
      let data1 = data.tokenExpiresAt;
      if (!Number.isInteger(data1))
        return fault("/tokenExpiresAt", "type", "integer");
      {
        if (data1 > 864e13)
          return fault("/tokenExpiresAt", "maximum", 864e13);
        if (data1 < 0)
          return fault("/tokenExpiresAt", "minimum", 0);
      }
    }
  } else
    return fault("", "type", "object");
}
var check_error = validate16, pattern36 = new RegExp("^[a-z][a-z0-9_]{0,63}$", "u");
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
        if (!pattern36.test(data1))
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
        if (data6.length < 1 || data6.length > 256 || pattern1.test(data6))
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
        if (data1.length < 1 || data1.length > 64 || pattern3.test(data1))
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
        if (data1.length < 1 || data1.length > 64 || pattern3.test(data1))
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
        if (!pattern2.test(data1))
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
var validators = /* @__PURE__ */ new Map([["event", check_event], ["signal", check_signal], ["welcome", check_welcome], ["ack", check_ack], ["cancel", check_cancel], ["auth", check_auth], ["error", check_error], ["ping", check_ping], ["pong", check_pong], ["bye", check_bye]]);
export { validators };
