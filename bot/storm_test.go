package bot

import (
	"runtime"
	"testing"
	"time"

	"newsdesk/bot/discordtest"
)

// A bot that is up for months connects a thousand times. Nothing of an old
// connection may stay behind.
func TestManyConnectionsLeaveNothingBehind(t *testing.T) {
	d := discordtest.New(t, discordtest.WithHeartbeat(500*time.Millisecond))
	r := newRig(t, d, testCommands()).run()
	connected := 0
	again := func() {
		// On a slow machine a heartbeat may be missed besides.
		before := connected
		r.until("the bot is ready again", func() bool {
			connected = len(r.log.lines(t, "connected"))
			return connected > before && r.b.Ready() == nil
		})
	}
	again()
	r.ask("q")
	before := runtime.NumGoroutine()
	for range 3 {
		for _, end := range []func(){
			func() { d.Disconnect(0) }, func() { d.Disconnect(4000) }, func() { d.Disconnect(4009) },
			d.Reconnect, func() { d.InvalidSession(false) }, func() { d.Linger(1001) }, d.Silence,
		} {
			end()
			again()
		}
		d.FailGateway(discordtest.GatewayFault{Reconnect: true}, discordtest.GatewayFault{Invalid: true},
			discordtest.GatewayFault{Close: 4007}, discordtest.GatewayFault{Refuse: 502}, discordtest.GatewayFault{Frame: "{"})
		d.Disconnect(1000)
		again()
	}
	contains(t, r.ask("Are you there?").Text(), "It opened on Friday.")
	r.until("what the old connections ran has ended", func() bool { return runtime.NumGoroutine() <= before+5 })
}
