package main

type chatCmd struct{}
type serveCmd struct{}
type commandsCmd struct{}
type evalCmd struct{}
type benchCmd struct{}
type checkCmd struct{}

func (*chatCmd) Run(a *app) error     { return nil }
func (*serveCmd) Run(a *app) error    { return nil }
func (*commandsCmd) Run(a *app) error { return nil }
func (*evalCmd) Run(a *app) error     { return nil }
func (*benchCmd) Run(a *app) error    { return nil }
func (*checkCmd) Run(a *app) error    { return nil }
