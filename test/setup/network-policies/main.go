// Enforces NetworkPolicies on one node: kube-network-policies of the Kubernetes project, told of its cluster by a
// kubeconfig, where its own program wants to run in a pod.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/kube-network-policies/pkg/networkpolicy"
)

const version = "0.8.0"

func main() {
	kubeconfig := flag.String("kubeconfig", "", "of its cluster")
	node := flag.String("node", "", "name of the node that it runs on")
	asked := flag.Bool("version", false, "tell the version")
	flag.Parse()
	if *asked {
		fmt.Println("v" + version)
		return
	}
	if err := enforce(*kubeconfig, *node); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func enforce(kubeconfig, node string) error {
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGINT, unix.SIGTERM)
	defer stop()
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	known := informers.NewSharedInformerFactory(client, 0)
	controller, err := networkpolicy.NewController(
		client,
		known.Networking().V1().NetworkPolicies(),
		known.Core().V1().Namespaces(),
		known.Core().V1().Pods(),
		nil, nil, nil, nil,
		networkpolicy.Config{QueueID: 100, NodeName: node, NetfilterBug1766Fix: true},
	)
	if err != nil {
		return err
	}
	known.Start(ctx.Done())
	return controller.Run(ctx)
}
