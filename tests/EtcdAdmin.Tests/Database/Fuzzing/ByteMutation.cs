using System.Buffers.Binary;

namespace EtcdAdmin.Tests.Database.Fuzzing;

/// <summary>A change that ignores the format.</summary>
internal static class ByteMutation
{
    public static void Apply(Span<byte> page, int pages, Random random)
    {
        int position = random.Next(2) == 0 ? random.Next(page.Length - 8) : random.Next(96); // headers and tables more often
        switch (random.Next(4))
        {
            case 0:
                page[position] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                BinaryPrimitives.WriteUInt64LittleEndian(page[position..], OddNumbers.Any(random));
                break;
            case 2:
                BinaryPrimitives.WriteUInt32LittleEndian(page[(position & ~3)..], (uint)random.Next(pages + 2));
                break;
            default:
                page.Slice(position, Math.Min(random.Next(1, 64), page.Length - position)).Fill((byte)random.Next(256));
                break;
        }
    }
}
