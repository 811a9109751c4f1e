using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EtcdAdmin.Tests.Support;

/// <summary>Ports of this machine that nobody listens on, and that no one else is given before the test listens there.</summary>
/// <remarks>
/// A member binds later than its port is chosen. So the ports lie below those that the system gives to outgoing connections, and
/// each test process has blocks of its own: it listens on the first port of a block for as long as it lives.
/// </remarks>
internal static class FreePorts
{
    private const int First = 10_000;
    private const int BlockSize = 100;
    private const int UsualEphemeralStart = 32_768;

    private static readonly Lock Choosing = new();
    private static readonly List<TcpListener> Claims = [];
    private static readonly Queue<int> Unused = new();
    private static readonly int BlockCount = (EphemeralStart() - First) / BlockSize;

    private static int _nextBlock = Environment.ProcessId;

    /// <summary>Ports that no other caller has got.</summary>
    public static int[] Take(int count)
    {
        var ports = new int[count];
        lock (Choosing)
        {
            for (int i = 0; i < count; i++) ports[i] = TakeOne();
        }

        return ports;
    }

    private static int TakeOne()
    {
        while (true)
        {
            if (Unused.Count == 0) ClaimBlock();
            if (Unused.TryDequeue(out int port) && IsFree(port)) return port;
        }
    }

    private static void ClaimBlock()
    {
        if (Claims.Count == BlockCount) throw new InvalidOperationException("All ports for tests have been given out.");
        int first = First + (_nextBlock++ % BlockCount * BlockSize);
        if (TryListen(first) is not { } claim) return;
        Claims.Add(claim);
        for (int port = first + 1; port < first + BlockSize; port++) Unused.Enqueue(port);
    }

    // Binds, which fails if another program listens there, but does not listen: a child process that is being started at this moment has a
    // copy of the socket until it runs its own program, and nobody could listen there until then.
    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static TcpListener? TryListen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException)
        {
            listener.Dispose();
            return null;
        }
    }

    private static int EphemeralStart()
    {
        const string Range = "/proc/sys/net/ipv4/ip_local_port_range";
        if (!File.Exists(Range)) return UsualEphemeralStart;
        int start = int.Parse(File.ReadAllText(Range).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture);
        return start >= First + BlockSize ? start : UsualEphemeralStart;
    }
}
