// Command containers reads Dockerfiles as BuildKit does and Compose files as Docker Compose does.
//
// usage: containers FILE...
//
// For each file it prints one line of JSON: what a container's environment is made of, which starts with a PATH.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

type answer struct {
	Env     map[string]string `json:"env"`
	Volumes map[string]string `json:"volumes,omitempty"`
}

func main() {
	out := json.NewEncoder(os.Stdout)
	for _, path := range os.Args[1:] {
		text, err := os.ReadFile(path)
		if err != nil {
			fail(path, err)
		}
		read := dockerfile
		if strings.HasSuffix(path, ".yaml") {
			read = compose
		}
		one, err := read(path, text)
		if err != nil {
			fail(path, err)
		}
		if err := out.Encode(one); err != nil {
			fail(path, err)
		}
	}
}

func fail(path string, err error) {
	fmt.Fprintf(os.Stderr, "%s: %v\n", path, err)
	os.Exit(1)
}

func dockerfile(_ string, text []byte) (*answer, error) {
	parsed, err := parser.Parse(strings.NewReader(string(text)))
	if err != nil {
		return nil, err
	}
	env := map[string]string{"PATH": "/usr/bin"}
	lex := shell.NewLex(parsed.EscapeToken)
	for _, node := range parsed.AST.Children {
		if !strings.EqualFold(node.Value, "env") {
			continue
		}
		// An instruction sees what was there before it.
		var before []string
		for name, value := range env {
			before = append(before, name+"="+value)
		}
		// Name, value, separator.
		for at := node.Next; at != nil; at = at.Next.Next.Next {
			word, err := lex.ProcessWordWithMatches(at.Next.Value, shell.EnvsFromSlice(before))
			if err != nil {
				return nil, err
			}
			env[at.Value] = word.Result
		}
	}
	return &answer{Env: env}, nil
}

func compose(path string, text []byte) (*answer, error) {
	details := types.ConfigDetails{
		WorkingDir:  filepath.Dir(path),
		ConfigFiles: []types.ConfigFile{{Filename: path, Content: text}},
		Environment: types.Mapping{"HOME": "/home/of/the/host"},
	}
	project, err := loader.LoadWithContext(context.Background(), details, func(options *loader.Options) {
		options.SetProjectName("readers", true)
	})
	if err != nil {
		return nil, err
	}
	service, err := project.GetService("go")
	if err != nil {
		return nil, err
	}
	one := &answer{Env: map[string]string{}, Volumes: map[string]string{}}
	for name, value := range service.Environment {
		if value != nil {
			one.Env[name] = *value
		}
	}
	for _, volume := range service.Volumes {
		one.Volumes[volume.Source] = volume.Target
	}
	return one, nil
}
