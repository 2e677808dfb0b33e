-- Sends the requests of a file again and again, and prints the result as one line of JSON.
-- REQUESTS names a file with one request a line: its path and, for a POST, a tab and its body.
-- HEADERS names a file with one "Name: value" a line; EXPECTED is the status of success.
local requests, next_request, expected = {}, 0, tonumber(os.getenv("EXPECTED"))
ok, wrapped = 0, 0  -- read by `done`, so not local

function init()
  for line in io.lines(os.getenv("HEADERS")) do
    local name, value = line:match("^([^:]+): (.*)$")
    wrk.headers[name] = value
  end
  for line in io.lines(os.getenv("REQUESTS")) do
    local path, body = line:match("^([^\t]+)\t(.*)$")
    requests[#requests + 1] = body and wrk.format("POST", path, nil, body) or wrk.format("GET", line)
  end
end

function request()
  next_request = next_request + 1
  if next_request > #requests then next_request, wrapped = 1, wrapped + 1 end
  return requests[next_request]
end

if os.getenv("COUNT") == "1" then  -- a callback for each response costs the client time
  function response(status) if status == expected then ok = ok + 1 end end
end

local threads = {}
function setup(thread) threads[#threads + 1] = thread end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\nJSON {"requests": %d, "seconds": %f, "errors": %d, "ok": %d, "wrapped": %d, "p50_ms": %f, "p95_ms": %f, "p99_ms": %f, "max_ms": %f}\n',
    summary.requests, summary.duration / 1e6,
    errors.connect + errors.read + errors.write + errors.timeout + errors.status,
    threads[1]:get("ok"), threads[1]:get("wrapped"),
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3,
    latency.max / 1e3))
end
