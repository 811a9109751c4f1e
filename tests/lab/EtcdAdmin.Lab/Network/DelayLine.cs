using System.Collections.Concurrent;
using System.Diagnostics;

namespace EtcdAdmin.Lab.Network;

/// <summary>
/// A delay line in its own process: passes frames between two interfaces, those to the host after a delay. The kernel's netem would
/// do the same, but kernels of virtual machines and containers often lack it.
/// </summary>
internal static class DelayLine
{
    /// <summary>Runs until the process is killed.</summary>
    /// <param name="hostSide">The interface that leads to the host.</param>
    /// <param name="bridgeSide">The interface that leads to all other hosts.</param>
    /// <param name="delay">The delay of a frame to the host.</param>
    /// <param name="pidFile">Receives the process ID as soon as frames pass.</param>
    public static void Run(string hostSide, string bridgeSide, TimeSpan delay, string pidFile)
    {
        using var host = new PacketSocket(hostSide);
        using var bridge = new PacketSocket(bridgeSide);
        using var held = new BlockingCollection<(long Due, byte[] Frame)>();
        Start(() => PassOn(host, bridge));
        Start(() => Hold(bridge, held, delay));
        File.WriteAllText(pidFile, Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach ((long due, byte[] frame) in held.GetConsumingEnumerable())
        {
            TimeSpan left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
            if (left > TimeSpan.Zero) Thread.Sleep(left);
            host.Send(frame);
        }
    }

    private static void PassOn(PacketSocket from, PacketSocket to)
    {
        byte[] buffer = new byte[PacketSocket.MaxFrame];
        while (true) to.Send(buffer.AsSpan(0, from.Receive(buffer)));
    }

    private static void Hold(PacketSocket from, BlockingCollection<(long Due, byte[] Frame)> held, TimeSpan delay)
    {
        long ticks = (long)(delay.TotalSeconds * Stopwatch.Frequency);
        byte[] buffer = new byte[PacketSocket.MaxFrame];
        while (true)
        {
            byte[] frame = buffer.AsSpan(0, from.Receive(buffer)).ToArray();
            held.Add((Stopwatch.GetTimestamp() + ticks, frame));
        }
    }

    private static void Start(Action loop) => new Thread(() => loop()) { IsBackground = true }.Start();
}
