// The measures of bench/peers with client-go. See ../README.md for what is printed.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

const pods = 10000

var (
	protobuf = flag.Bool("protobuf", false, "protobuf on the wire")
	strip    = flag.Bool("strip", false, "keep no managed fields")
)

func main() {
	flag.Parse()
	mode := flag.Arg(0)
	runs, _ := strconv.Atoi(flag.Arg(1))
	config, err := configuration(mode)
	check(err)
	config.QPS = -1
	if *protobuf {
		config.ContentType = "application/vnd.kubernetes.protobuf"
		config.AcceptContentTypes = "application/vnd.kubernetes.protobuf,application/json"
	}
	client, err := kubernetes.NewForConfig(config)
	check(err)
	switch mode {
	case "first":
		list, err := client.CoreV1().Pods("").List(context.Background(), metav1.ListOptions{})
		check(err)
		fmt.Printf("%d pods at version %s\n", len(list.Items), list.ResourceVersion)
	case "list":
		for range runs {
			list(client)
		}
	case "sync":
		for range runs {
			start := time.Now()
			_, _, stop := informer(client, nil)
			told("synced", start)
			close(stop)
		}
	case "informer":
		changes(client)
	}
}

func configuration(mode string) (*rest.Config, error) {
	if mode == "first" {
		return rest.InClusterConfig()
	}
	return clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
}

func list(client kubernetes.Interface) {
	start, cpu := time.Now(), processor()
	list, err := client.CoreV1().Pods("").List(context.Background(), metav1.ListOptions{})
	check(err)
	if len(list.Items) != pods {
		panic(len(list.Items))
	}
	fmt.Printf("list %.3f %.3f\n", milliseconds(time.Since(start)), processor()-cpu)
}

// informer starts an informer and waits for its first list. (cache.WaitForCacheSync looks every 100 ms only.)
func informer(client kubernetes.Interface, handler cache.ResourceEventHandler) (informers.SharedInformerFactory, cache.SharedIndexInformer, chan struct{}) {
	options := []informers.SharedInformerOption{}
	if *strip {
		options = append(options, informers.WithTransform(func(object any) (any, error) {
			if accessor, err := meta.Accessor(object); err == nil {
				accessor.SetManagedFields(nil)
			}
			return object, nil
		}))
	}
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, options...)
	informer := factory.Core().V1().Pods().Informer()
	if handler != nil {
		_, err := informer.AddEventHandler(handler)
		check(err)
	}
	stop := make(chan struct{})
	factory.Start(stop)
	for !informer.HasSynced() {
		time.Sleep(time.Millisecond)
	}
	if n := len(informer.GetStore().ListKeys()); n != pods {
		panic(n)
	}
	return factory, informer, stop
}

func changes(client kubernetes.Interface) {
	var seen atomic.Int64
	start := time.Now()
	factory, kept, stop := informer(client, cache.ResourceEventHandlerFuncs{
		UpdateFunc: func(_, now any) {
			count := seen.Add(1)
			if strings.HasSuffix(now.(*corev1.Pod).ResourceVersion, "999999") {
				fmt.Printf("changed %d %.3f %d\n", count, processor(), allocated())
			}
		},
	})
	told("synced", start)
	input := bufio.NewScanner(os.Stdin)
	input.Scan()
	runtime.GC()
	debug.FreeOSMemory()
	fmt.Printf("collected 0 %.3f %d\n", processor(), allocated())
	input.Scan()
	close(stop)
	runtime.KeepAlive(factory)
	runtime.KeepAlive(kept)
}

func told(what string, start time.Time) {
	fmt.Printf("%s %.3f %.3f\n", what, milliseconds(time.Since(start)), processor())
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// processor is the milliseconds of processor time since the start of the process.
func processor() float64 {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e6
}

func allocated() uint64 {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return memory.TotalAlloc
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
