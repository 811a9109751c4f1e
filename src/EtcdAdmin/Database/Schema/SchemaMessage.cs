using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;

namespace EtcdAdmin.Database.Schema;

/// <summary>Reads the protobuf messages that etcd keeps in its buckets.</summary>
internal static class SchemaMessage
{
    /// <summary>Parses one message; false if the bytes are not a valid message.</summary>
    /// <remarks>Unknown fields are skipped: as objects they would be many times the size of their few bytes.</remarks>
    public static bool TryParse<T>(MessageParser<T> parser, ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out T? found)
        where T : class, IMessage<T>
    {
        try
        {
            found = parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            found = null;
            return false;
        }
    }
}
