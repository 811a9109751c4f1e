namespace EtcdAdmin.Clusters.Spec;

/// <summary>What installed an etcd that EtcdAdmin did not install.</summary>
public enum AdoptedKind
{
    /// <summary>A package of the distribution, such as Debian's etcd-server.</summary>
    DistroPackage,

    /// <summary>A snap.</summary>
    Snap,

    /// <summary>Kubespray: etcd.service with /etc/etcd.env.</summary>
    Kubespray,

    /// <summary>etcdadm: etcd.service with /etc/etcd/etcd.env.</summary>
    Etcdadm,

    /// <summary>kubeadm: a static pod that the kubelet runs.</summary>
    KubeadmStaticPod,

    /// <summary>A systemd unit that was written by hand or by another tool.</summary>
    HandMadeUnit,

    /// <summary>A container that systemd, docker, containerd or another engine runs.</summary>
    Container,

    /// <summary>A process that no supervisor runs.</summary>
    Process,
}
