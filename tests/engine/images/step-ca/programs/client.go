// What a client of the authority does: ask its health, get a token, a certificate and a fingerprint.
package main

import (
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"

	authority "github.com/smallstep/certificates/ca"
	"github.com/smallstep/certificates/pki"
	"github.com/urfave/cli"
	"go.step.sm/cli-utils/step"
	"go.step.sm/crypto/pemutil"
	"go.step.sm/crypto/x509util"
)

var where = []cli.Flag{
	cli.StringFlag{Name: "ca-url", Usage: "the address of the authority"},
	cli.StringFlag{Name: "root", Usage: "the file of its root certificate"},
}

var who = append([]cli.Flag{
	cli.StringFlag{Name: "provisioner", Usage: "the name of the provisioner"},
	cli.StringFlag{Name: "provisioner-password-file, password-file", Usage: "the password of its key"},
	cli.StringSliceFlag{Name: "san", Usage: "a name or address to certify, instead of the subject"},
}, where...)

var caHealth = cli.Command{
	Name:  "health",
	Usage: "print `ok` when the authority is well",
	Flags: where,
	Action: func(c *cli.Context) error {
		url, root := place(c)
		client, err := authority.NewClient(url, authority.WithRootFile(root))
		if err != nil {
			return err
		}
		health, err := client.Health()
		if err == nil {
			fmt.Println(health.Status)
		}
		return err
	},
}

var caToken = cli.Command{
	Name:      "token",
	Usage:     "print a token that gets one certificate",
	ArgsUsage: "SUBJECT",
	Flags:     who,
	Action: func(c *cli.Context) error {
		_, token, err := newToken(c, 1)
		if err == nil {
			fmt.Println(token)
		}
		return err
	},
}

var caCertificate = cli.Command{
	Name:      "certificate",
	Usage:     "get a certificate and its new key",
	ArgsUsage: "SUBJECT CERTIFICATE-FILE KEY-FILE",
	Flags:     who,
	Action: func(c *cli.Context) error {
		provisioner, token, err := newToken(c, 3)
		if err != nil {
			return err
		}
		request, key, err := authority.CreateSignRequest(token)
		if err != nil {
			return err
		}
		answer, err := provisioner.Sign(request)
		if err != nil {
			return err
		}
		var chain []byte
		for _, link := range answer.CertChainPEM {
			chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: link.Raw})...)
		}
		if _, err := pemutil.Serialize(key, pemutil.ToFile(c.Args().Get(2), 0600)); err != nil {
			return err
		}
		return os.WriteFile(c.Args().Get(1), chain, 0600)
	},
}

var certificate = cli.Command{
	Name:  "certificate",
	Usage: "work with certificates",
	Subcommands: []cli.Command{{
		Name:      "fingerprint",
		Usage:     "print the SHA-256 of a certificate",
		ArgsUsage: "CERTIFICATE-FILE",
		Action: func(c *cli.Context) error {
			found, err := pemutil.ReadCertificate(c.Args().First(), pemutil.WithFirstBlock())
			if err == nil {
				fmt.Println(x509util.Fingerprint(found))
			}
			return err
		},
	}},
}

func newToken(c *cli.Context, arguments int) (*authority.Provisioner, string, error) {
	if c.NArg() != arguments {
		return nil, "", errors.New("usage: step ca " + c.Command.Name + " " + c.Command.ArgsUsage)
	}
	password, err := readPassword(c.String("provisioner-password-file"))
	if err != nil {
		return nil, "", err
	}
	url, root := place(c)
	provisioner, err := authority.NewProvisioner(
		c.String("provisioner"), "", url, password, authority.WithRootFile(root))
	if err != nil {
		return nil, "", err
	}
	token, err := provisioner.Token(c.Args().First(), c.StringSlice("san")...)
	return provisioner, token, err
}

// place says where the authority is: as told, else as `step ca init` left it in this folder.
func place(c *cli.Context) (url, root string) {
	var known struct {
		URL  string `json:"ca-url"`
		Root string `json:"root"`
	}
	if content, err := os.ReadFile(step.DefaultsFile()); err == nil {
		_ = json.Unmarshal(content, &known)
	}
	return first(c.String("ca-url"), known.URL), first(c.String("root"), known.Root, pki.GetRootCAPath())
}

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
