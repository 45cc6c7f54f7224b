// One program under two names: `step-ca`, the certificate authority, is the library's own server;
// `step` is the few of its client's commands that a container of it needs.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/smallstep/certificates/commands"
	"github.com/urfave/cli"
	"go.step.sm/cli-utils/step"

	_ "github.com/smallstep/certificates/cas/softcas"
)

func main() {
	app := cli.NewApp()
	app.Name = filepath.Base(os.Args[0])
	app.HideVersion = true
	if app.Name == "step-ca" {
		app.Usage = "an online certificate authority"
		app.Flags = commands.AppCommand.Flags
		app.Action = commands.AppCommand.Action
	} else {
		app.Usage = "work with a certificate authority"
		app.Commands = []cli.Command{path, ca, certificate}
	}
	if err := app.Run(os.Args); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

var path = cli.Command{
	Name:  "path",
	Usage: "print the folder of the configuration",
	Action: func(*cli.Context) error {
		fmt.Println(step.Path())
		return nil
	},
}

var ca = cli.Command{
	Name:        "ca",
	Usage:       "initialize and use a certificate authority",
	Subcommands: []cli.Command{caInit, caHealth, caToken, caCertificate},
}
