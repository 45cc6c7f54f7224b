// `step ca init`: a root, an intermediate, a provisioner and the configuration that names them.
package main

import (
	"bytes"
	"errors"
	"os"
	"strings"

	"github.com/smallstep/certificates/cas/apiv1"
	"github.com/smallstep/certificates/pki"
	"github.com/urfave/cli"
)

var caInit = cli.Command{
	Name:  "init",
	Usage: "initialize a certificate authority",
	Flags: []cli.Flag{
		cli.StringFlag{Name: "name", Usage: "the name of the authority"},
		cli.StringSliceFlag{Name: "dns", Usage: "a name or address of the authority; commas separate several"},
		cli.StringFlag{Name: "address", Value: ":443", Usage: "the address to listen on"},
		cli.StringFlag{Name: "provisioner", Usage: "the name of the first provisioner"},
		cli.StringFlag{Name: "password-file", Usage: "the password of the keys"},
		cli.StringFlag{Name: "provisioner-password-file", Usage: "the password of the provisioner's key"},
		cli.StringFlag{Name: "with-ca-url", Usage: "the address that clients use"},
		cli.StringFlag{Name: "deployment-type", Value: "standalone", Usage: "only standalone"},
		cli.StringFlag{Name: "admin-subject", Value: "step", Usage: "only step"},
		cli.BoolFlag{Name: "remote-management", Usage: "keep the provisioners in the database"},
		cli.BoolFlag{Name: "acme", Usage: "add a provisioner for ACME"},
		cli.BoolFlag{Name: "pki", Usage: "make only the keys and their certificates, no configuration"},
		cli.BoolFlag{Name: "ssh", Usage: "make keys that sign SSH certificates"},
	},
	Action: initialize,
}

func initialize(c *cli.Context) error {
	if c.String("deployment-type") != "standalone" || c.String("admin-subject") != "step" {
		return errors.New("only the deployment type `standalone` and the administrator `step` are built in")
	}
	password, provisionerPassword, err := initPasswords(c)
	if err != nil {
		return err
	}
	authority, err := pki.New(apiv1.Options{Type: apiv1.SoftCAS, IsCreator: true}, initOptions(c)...)
	if err != nil {
		return err
	}
	if !c.Bool("pki") {
		if err := authority.GenerateKeyPairs(provisionerPassword); err != nil {
			return err
		}
	}
	if c.Bool("ssh") {
		if err := authority.GenerateSSHSigningKeys(password); err != nil {
			return err
		}
	}
	name := c.String("name")
	root, err := authority.GenerateRootCertificate(name, name, name, password)
	if err != nil {
		return err
	}
	if err := authority.GenerateIntermediateCertificate(name, name, name, root, password); err != nil {
		return err
	}
	return authority.Save()
}

func initOptions(c *cli.Context) []pki.Option {
	if c.Bool("pki") {
		return []pki.Option{pki.WithPKIOnly()}
	}
	var names []string
	for _, list := range c.StringSlice("dns") {
		names = append(names, strings.FieldsFunc(list, isSeparator)...)
	}
	options := []pki.Option{
		pki.WithAddress(c.String("address")),
		pki.WithCaURL(c.String("with-ca-url")),
		pki.WithDNSNames(names),
		pki.WithProvisioner(c.String("provisioner")),
		pki.WithDeploymentType(pki.StandaloneDeployment),
	}
	if c.Bool("acme") {
		options = append(options, pki.WithACME())
	}
	if c.Bool("ssh") {
		options = append(options, pki.WithSSH())
	}
	if c.Bool("remote-management") {
		options = append(options, pki.WithAdmin())
	}
	return options
}

func isSeparator(letter rune) bool {
	return letter == ',' || letter == ' '
}

func initPasswords(c *cli.Context) (keys, provisioner []byte, err error) {
	needed := []string{"name", "password-file"}
	if !c.Bool("pki") {
		needed = append(needed, "dns", "provisioner")
	}
	for _, flag := range needed {
		if !c.IsSet(flag) {
			return nil, nil, errors.New("there is no terminal to ask at: --" + flag + " is missing")
		}
	}
	if keys, err = readPassword(c.String("password-file")); err != nil {
		return nil, nil, err
	}
	if !c.IsSet("provisioner-password-file") {
		return keys, keys, nil
	}
	provisioner, err = readPassword(c.String("provisioner-password-file"))
	return keys, provisioner, err
}

func readPassword(name string) ([]byte, error) {
	content, err := os.ReadFile(name)
	if err == nil && len(bytes.TrimSpace(content)) == 0 {
		err = errors.New("there is no password in " + name)
	}
	return bytes.TrimSpace(content), err
}
