using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EtcdAdmin.Lab.Network;

/// <summary>Receives complete frames from an interface and sends frames to it.</summary>
/// <remarks>
/// Numbers: linux/if_packet.h, linux/if_ether.h, asm-generic/socket.h. Each frame has the header of virtio (PACKET_VNET_HDR) before
/// it, which describes work that the kernel left: checksums and the segmentation of large segments.
/// </remarks>
internal sealed class PacketSocket : IDisposable
{
    /// <summary>The largest frame that the kernel passes unsegmented, plus a margin.</summary>
    public const int MaxFrame = 128 * 1024;

    private const AddressFamily Packet = AddressFamily.Packet;
    private const ushort AllProtocols = 0x0003;
    private const int LevelSocket = 1;
    private const int ReceiveBufferForce = 33;
    private const int LevelPacket = 263;
    private const int VnetHeader = 15;
    private const int IgnoreOutgoing = 23;
    private const int ReceiveBufferBytes = 32 << 20;

    // Created without a protocol, so that it receives nothing before it is bound to its interface.
    private readonly Socket _socket = new(Packet, SocketType.Raw, 0);

    public PacketSocket(string interfaceName)
    {
        Set(LevelSocket, ReceiveBufferForce, ReceiveBufferBytes);
        Set(LevelPacket, VnetHeader, 1);
        Set(LevelPacket, IgnoreOutgoing, 1);
        _socket.Bind(new InterfaceEndPoint(interfaceName));
    }

    /// <summary>Receives the next frame into the buffer and returns its length.</summary>
    public int Receive(byte[] buffer) => _socket.Receive(buffer);

    /// <summary>Sends a frame. A frame that the interface refuses is lost, as on a wire.</summary>
    public void Send(ReadOnlySpan<byte> frame)
    {
        try
        {
            _socket.Send(frame);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.NoBufferSpaceAvailable or SocketError.NetworkDown or SocketError.MessageSize)
        {
            // The frame is lost.
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Set(int level, int option, int value) => _socket.SetRawSocketOption(level, option, BitConverter.GetBytes(value));

    /// <summary>A sockaddr_ll: family, protocol, index of the interface.</summary>
    private sealed class InterfaceEndPoint(string name) : EndPoint
    {
        private const int AddressBytes = 20;

        public override AddressFamily AddressFamily => Packet;

        public override SocketAddress Serialize()
        {
            var address = new SocketAddress(Packet, AddressBytes);
            string index = File.ReadAllText($"/sys/class/net/{name}/ifindex").Trim();
            Span<byte> bytes = address.Buffer.Span;
            BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], AllProtocols);
            BitConverter.TryWriteBytes(bytes[4..], int.Parse(index, CultureInfo.InvariantCulture));
            return address;
        }
    }
}
