using System.Net;
using System.Net.Sockets;

namespace EtcdAdmin.Drills;

/// <summary>The URLs at which the member of a drill listens.</summary>
/// <param name="ClientUrl">The URL for clients.</param>
/// <param name="PeerUrl">The URL for peers; there are no peers.</param>
internal sealed record ScratchPorts(string ClientUrl, string PeerUrl)
{
    /// <summary>The value of etcd's <c>initial-cluster</c>.</summary>
    public string InitialCluster => $"{ScratchMember.Name}={PeerUrl}";

    /// <summary>Chooses two free ports. Another program may take one before the member does.</summary>
    public static ScratchPorts Choose()
    {
        using TcpListener client = Listen();
        using TcpListener peer = Listen();
        return new ScratchPorts(Url(client), Url(peer));
    }

    private static TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }

    private static string Url(TcpListener listener) => $"https://{listener.LocalEndpoint}";
}
