using System.Net;
using System.Net.Sockets;

namespace EtcdAdmin.Tests.Support;

/// <summary>Ports of this machine that nobody listens on.</summary>
internal static class FreePorts
{
    /// <summary>Different ones, held open together so that none comes twice.</summary>
    public static int[] Take(int count)
    {
        var held = new List<Socket>();
        try
        {
            for (int i = 0; i < count; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                held.Add(socket);
                socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            }

            return [.. held.Select(socket => ((IPEndPoint)socket.LocalEndPoint!).Port)]; // bound just now
        }
        finally
        {
            foreach (Socket socket in held) socket.Dispose();
        }
    }
}
