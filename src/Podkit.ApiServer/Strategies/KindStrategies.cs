using Podkit.ApiServer.Defaulting;
using Podkit.ApiServer.Validation;
using Podkit.Model;

namespace Podkit.ApiServer.Strategies;

/// <summary>All kinds that have something particular, but for those that authorization brings.</summary>
internal static class KindStrategies
{
    public static void Register(StrategyRegistry strategies)
    {
        foreach (var strategy in Core().Concat(Workloads()).Concat(Others())) strategies.Register(strategy);
    }

    private static IEnumerable<ResourceStrategy> Core() =>
    [
        new PodStrategy(),
        new NamespaceStrategy(),
        new NodeStrategy(),
        new EventStrategy(),
        new ServiceStrategy(),
        new SimpleStrategy("", "configmaps") { Rules = ConfigMapValidation.Validate, UpdateRules = ConfigMapValidation.ValidateUpdate },
        new SimpleStrategy("", "secrets") { Defaults = SecretDefaults.Apply, Rules = SecretValidation.Validate, UpdateRules = SecretValidation.ValidateUpdate, Fields = ["type"] },
        new SimpleStrategy("", "endpoints") { Defaults = KindDefaults.Endpoints, CreateOnUpdate = true },
        new SimpleStrategy("", "limitranges") { Defaults = KindDefaults.LimitRange, CreateOnUpdate = true },
        new SimpleStrategy("", "persistentvolumes") { Defaults = KindDefaults.PersistentVolume, OnCreate = KindDefaults.PersistentVolume },
        new SimpleStrategy("", "persistentvolumeclaims")
        {
            Defaults = KindDefaults.PersistentVolumeClaim, OnCreate = KindDefaults.PersistentVolumeClaim, Rules = SmallKinds.PersistentVolumeClaim,
        },
    ];

    private static IEnumerable<ResourceStrategy> Workloads() =>
    [
        new SimpleStrategy("apps", "deployments") { Defaults = WorkloadDefaults.Deployment, Rules = WorkloadValidation.Deployment, UpdateRules = TemplateValidation.SelectorUnchanged },
        new SimpleStrategy("apps", "replicasets")
        {
            Defaults = WorkloadDefaults.ReplicaSet, Rules = WorkloadValidation.ReplicaSet, UpdateRules = TemplateValidation.SelectorUnchanged, Fields = ["status.replicas"],
        },
        new SimpleStrategy("apps", "daemonsets") { Defaults = WorkloadDefaults.DaemonSet, Rules = WorkloadValidation.DaemonSet, UpdateRules = TemplateValidation.SelectorUnchanged },
        new SimpleStrategy("apps", "statefulsets")
        {
            Defaults = WorkloadDefaults.StatefulSet, Rules = WorkloadValidation.StatefulSet, UpdateRules = WorkloadValidation.StatefulSetUpdate, NameRule = Names.IsDns1123Label,
        },
        new SimpleStrategy("", "replicationcontrollers") { Defaults = WorkloadDefaults.ReplicationController, Rules = WorkloadValidation.ReplicationController, Fields = ["status.replicas"] },
        new SimpleStrategy("", "podtemplates") { Defaults = WorkloadDefaults.PodTemplate, Rules = WorkloadValidation.PodTemplate },
        new JobStrategy(),
        new SimpleStrategy("batch", "cronjobs") { Defaults = WorkloadDefaults.CronJob, Rules = JobValidation.CronJob, NameRule = NameRules.CronJob },
    ];

    private static IEnumerable<ResourceStrategy> Others() =>
    [
        new SimpleStrategy("coordination.k8s.io", "leases") { Rules = SmallKinds.Lease, CreateOnUpdate = true, UnconditionalUpdate = false },
        new SimpleStrategy("events.k8s.io", "events") { CreateOnUpdate = true, Fields = ["reason", "type", "reportingController"] },
        new SimpleStrategy("discovery.k8s.io", "endpointslices") { Defaults = KindDefaults.EndpointSlice, Rules = SmallKinds.EndpointSlice },
        new SimpleStrategy("networking.k8s.io", "networkpolicies") { Defaults = KindDefaults.NetworkPolicy, Rules = SmallKinds.NetworkPolicy },
        new SimpleStrategy("policy", "poddisruptionbudgets") { Rules = SmallKinds.PodDisruptionBudget, UnconditionalUpdate = false },
        new SimpleStrategy("scheduling.k8s.io", "priorityclasses") { Defaults = KindDefaults.PriorityClass, Rules = SmallKinds.PriorityClass, UpdateRules = SmallKinds.PriorityClassUpdate },
        new SimpleStrategy("storage.k8s.io", "storageclasses") { Defaults = KindDefaults.StorageClass, Rules = SmallKinds.StorageClass },
        new SimpleStrategy("storage.k8s.io", "csidrivers") { Defaults = KindDefaults.CsiDriver, UnconditionalUpdate = false },
        new SimpleStrategy("autoscaling", "horizontalpodautoscalers") { Defaults = KindDefaults.HorizontalPodAutoscaler, Rules = SmallKinds.HorizontalPodAutoscaler },
        new SimpleStrategy("autoscaling", "horizontalpodautoscalers", "v2") { Defaults = KindDefaults.HorizontalPodAutoscaler, Rules = SmallKinds.HorizontalPodAutoscaler },
        new SimpleStrategy("admissionregistration.k8s.io", "mutatingwebhookconfigurations") { Defaults = KindDefaults.Webhooks, UnconditionalUpdate = false },
        new SimpleStrategy("admissionregistration.k8s.io", "validatingwebhookconfigurations") { Defaults = KindDefaults.Webhooks, UnconditionalUpdate = false },
        new SimpleStrategy("apiextensions.k8s.io", "customresourcedefinitions") { Defaults = KindDefaults.CustomResourceDefinition, UnconditionalUpdate = false },
    ];
}
