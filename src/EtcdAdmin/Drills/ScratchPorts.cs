using System.Net;
using System.Net.Sockets;

namespace EtcdAdmin.Drills;

/// <summary>Where the member of a drill listens.</summary>
/// <param name="ClientUrl">For clients.</param>
/// <param name="PeerUrl">For peers, of which there are none.</param>
internal sealed record ScratchPorts(string ClientUrl, string PeerUrl)
{
    /// <summary>As etcd's <c>initial-cluster</c> has it.</summary>
    public string InitialCluster => $"{ScratchMember.Name}={PeerUrl}";

    /// <summary>Two ports that are free now; somebody else may take one before the member does.</summary>
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
