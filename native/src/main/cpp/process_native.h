// The native part of dev.facefuse.nativelib.ProcessNative. C++11, without libtorch.
#pragma once

#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <istream>
#include <streambuf>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#if defined(__GLIBC__)
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <malloc.h>
#endif
#if defined(__APPLE__)
#include <mach/mach.h>
#endif

namespace facefuse {

// Sets a variable in the environment that libraries read with getenv. System.getenv returns a copy that does not change.
static inline bool set_environment(const char *name, const char *value) { return setenv(name, value, 1) == 0; }

static inline const char *get_environment(const char *name) { return getenv(name); }

// Returns free heap pages to the kernel. False if the C library does not support it (macOS, musl).
static inline bool trim_heap() {
#if defined(__GLIBC__)
  return malloc_trim(0) == 1;
#else
  return false;
#endif
}

// Releases the resident pages of libraries' code. They are unchanged pages of files, which the kernel reloads when the code runs.
// Mappings that were ever writable are left alone, because their contents may differ from the file. False without /proc.
static inline bool drop_code() {
#if defined(__linux__)
  FILE *maps = fopen("/proc/self/maps", "re");
  if (maps == nullptr) {
    return false;
  }
  char line[4352]; // a path of up to 4096 bytes and the fields before it
  while (fgets(line, sizeof line, maps) != nullptr) {
    unsigned long from, to, inode;
    char rights[5];
    if (sscanf(line, "%lx-%lx %4s %*s %*s %lu", &from, &to, rights, &inode) == 4 && inode != 0 &&
        strcmp(rights, "r-xp") == 0) {
      madvise(reinterpret_cast<void *>(from), to - from, MADV_DONTNEED);
    }
  }
  fclose(maps);
  return true;
#else
  return false;
#endif
}

// Makes the C heap use a separate mapping for every block of at least this size. False if the C library does not support it, or
// rejects the size.
static inline bool set_mmap_threshold(int bytes) {
#if defined(__GLIBC__)
  return mallopt(M_MMAP_THRESHOLD, bytes) == 1;
#else
  (void)bytes;
  return false;
#endif
}

#if defined(__GLIBC__)
// glibc's struct mallinfo2. Headers before 2.33 do not define it.
struct HeapUse {
  size_t arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
};
#endif

// The bytes of the C heap in use, in its arenas and in separate mappings. mallinfo2 exists since glibc 2.33. It is looked up at run
// time, so that the library also loads with an older glibc, and then returns 0.
static inline long long heap_bytes() {
#if defined(__GLIBC__)
  using Mallinfo2 = HeapUse (*)();
  static const Mallinfo2 mallinfo2_of_glibc = reinterpret_cast<Mallinfo2>(dlsym(RTLD_DEFAULT, "mallinfo2"));
  if (mallinfo2_of_glibc == nullptr) {
    return 0;
  }
  const HeapUse use = mallinfo2_of_glibc();
  return static_cast<long long>(use.uordblks + use.hblkhd);
#else
  return 0;
#endif
}

#if defined(__linux__)
// The value of a line "Name:   123 kB" of /proc/self/status, in bytes; 0 if there is no such line.
static inline long long status_bytes(const char *name) {
  FILE *status = fopen("/proc/self/status", "re");
  if (status == nullptr) {
    return 0;
  }
  char line[256];
  const size_t length = strlen(name);
  long long bytes = 0;
  while (fgets(line, sizeof line, status) != nullptr) {
    if (strncmp(line, name, length) == 0 && line[length] == ':') {
      bytes = strtoll(line + length + 1, nullptr, 10) * 1024;
      break;
    }
  }
  fclose(status);
  return bytes;
}
#elif defined(__APPLE__)
static inline bool task_basic_info_of_self(mach_task_basic_info_data_t *info) {
  mach_msg_type_number_t count = MACH_TASK_BASIC_INFO_COUNT;
  return task_info(mach_task_self(), MACH_TASK_BASIC_INFO, reinterpret_cast<task_info_t>(info), &count) == KERN_SUCCESS;
}
#endif

static inline long long resident_bytes() {
#if defined(__linux__)
  return status_bytes("VmRSS");
#elif defined(__APPLE__)
  mach_task_basic_info_data_t info;
  return task_basic_info_of_self(&info) ? static_cast<long long>(info.resident_size) : 0;
#else
  return 0;
#endif
}

static inline long long peak_resident_bytes() {
#if defined(__linux__)
  return status_bytes("VmHWM");
#elif defined(__APPLE__)
  mach_task_basic_info_data_t info;
  return task_basic_info_of_self(&info) ? static_cast<long long>(info.resident_size_max) : 0;
#else
  return 0;
#endif
}

// Resets VmHWM to VmRSS. False if the kernel does not support or allow it (macOS, some sandboxes).
static inline bool reset_peak() {
#if defined(__linux__)
  FILE *clear_refs = fopen("/proc/self/clear_refs", "we");
  if (clear_refs == nullptr) {
    return false;
  }
  const bool written = fputs("5\n", clear_refs) >= 0;
  return (fclose(clear_refs) == 0) && written;
#else
  return false;
#endif
}

// Whether this CPU multiplies bfloat16 in hardware (AVX512-BF16 or AMX-BF16) and the kernel saves its registers.
static inline bool has_bfloat16() {
#if defined(__x86_64__) && defined(__linux__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512bf16") || __builtin_cpu_supports("amx-bf16");
#else
  return false;
#endif
}

// Opens a file for reading. Returns a descriptor, or the negative errno. Does not block on a pipe.
static inline int open_file(const char *path) {
  const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  return descriptor < 0 ? -errno : descriptor;
}

static inline void put_identity(const struct stat &status, long long *identity) {
#if defined(__APPLE__)
  const struct timespec changed = status.st_ctimespec;
#else
  const struct timespec changed = status.st_ctim;
#endif
  identity[0] = static_cast<long long>(status.st_dev);
  identity[1] = static_cast<long long>(status.st_ino);
  identity[2] = S_ISREG(status.st_mode) ? static_cast<long long>(status.st_size) : -1;
  identity[3] = static_cast<long long>(changed.tv_sec);
  identity[4] = static_cast<long long>(changed.tv_nsec);
}

// Stores five numbers that identify an open file: device, inode, size (-1 if it is not a regular file), and the seconds and
// nanoseconds of its status change. Returns 0 or an errno.
static inline int descriptor_identity(int descriptor, long long *identity) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) {
    return errno;
  }
  put_identity(status, identity);
  return 0;
}

// Like descriptor_identity, for the file at a path. Symbolic links are followed.
static inline int path_identity(const char *path, long long *identity) {
  struct stat status;
  if (stat(path, &status) != 0) {
    return errno;
  }
  put_identity(status, identity);
  return 0;
}

// Reads from a position of an open file. Returns the number of bytes, which is less than size only at the end of the file, or the
// negative errno.
static inline long long read_file(int descriptor, long long position, signed char *bytes, long long size) {
  long long done = 0;
  while (done < size) {
    const ssize_t read = pread(descriptor, bytes + done, static_cast<size_t>(size - done), static_cast<off_t>(position + done));
    if (read < 0 && errno != EINTR) {
      return -errno;
    }
    if (read == 0) {
      break;
    }
    done += read > 0 ? read : 0;
  }
  return done;
}

// Maps an open file into memory, read-only. Returns null if that fails. Pages are loaded from the file when they are read.
static inline void *map_file(int descriptor, long long size) {
  void *bytes = mmap(nullptr, static_cast<size_t>(size), PROT_READ, MAP_PRIVATE, descriptor, 0);
  return bytes == MAP_FAILED ? nullptr : bytes;
}

static inline void unmap_file(void *bytes, long long size) { munmap(bytes, static_cast<size_t>(size)); }

// Releases the pages of a mapped file. They are loaded from the file again when they are read.
static inline void let_go(void *bytes, long long size) { madvise(bytes, static_cast<size_t>(size), MADV_DONTNEED); }

static inline bool same_bytes(const void *one, const void *other, long long size) {
  return memcmp(one, other, static_cast<size_t>(size)) == 0;
}

// Opens a reference to a file or folder (O_PATH), which reads nothing and does not block on a pipe. Resolves the relative path name by
// name without following symbolic links. Returns a descriptor, or the negative errno.
static inline int open_beneath(const char *folder, const char *relative) {
#if defined(__linux__)
  int at = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (at < 0) {
    return -errno;
  }
  char name[256];
  for (const char *from = relative; *from != '\0';) {
    const size_t length = strcspn(from, "/");
    const bool last = from[length] == '\0';
    if (length == 0 || length >= sizeof name) {
      close(at);
      return -ENAMETOOLONG;
    }
    memcpy(name, from, length);
    name[length] = '\0';
    const int next = openat(at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC | (last ? 0 : O_DIRECTORY));
    const int error = errno;
    close(at);
    if (next < 0) {
      return -error;
    }
    at = next;
    from += last ? length : length + 1;
  }
  return at;
#else
  (void)folder;
  (void)relative;
  return -ENOSYS;
#endif
}

// Creates a file without a name for writing (O_TMPFILE). The kernel removes it when its descriptor is closed or its process ends.
// Returns a descriptor, or the negative errno.
static inline int open_unnamed(const char *folder) {
#if defined(__linux__) && defined(O_TMPFILE)
  const int file = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
  return file < 0 ? -errno : file;
#else
  (void)folder;
  return -ENOSYS;
#endif
}

// Gives an unnamed file a name that is not in use. Returns 0, or the negative errno.
static inline int link_unnamed(int file, const char *path) {
#if defined(__linux__)
  char descriptor[32];
  snprintf(descriptor, sizeof descriptor, "/proc/self/fd/%d", file);
  return linkat(AT_FDCWD, descriptor, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 ? 0 : -errno;
#else
  (void)file;
  (void)path;
  return -ENOSYS;
#endif
}

static inline void close_descriptor(int file) { close(file); }

static inline const char *error_text(int error) { return strerror(error); }

// A seekable std::istream over bytes that the caller keeps alive. libtorch loads a model from it without copying the bytes first.
class MemoryStream : protected std::streambuf, public std::istream {
 public:
  MemoryStream(char *data, size_t size) : std::istream(static_cast<std::streambuf *>(this)) {
    setg(data, data, data + size);
  }

 private:
  std::streambuf::pos_type seekoff(std::streambuf::off_type offset, std::ios_base::seekdir from,
                                   std::ios_base::openmode) override {
    const std::streambuf::off_type base =
        from == std::ios_base::beg ? 0 : from == std::ios_base::cur ? gptr() - eback() : egptr() - eback();
    const std::streambuf::off_type target = base + offset;
    if (target < 0 || target > egptr() - eback()) {
      return std::streambuf::pos_type(std::streambuf::off_type(-1));
    }
    setg(eback(), eback() + target, egptr());
    return std::streambuf::pos_type(target);
  }

  std::streambuf::pos_type seekpos(std::streambuf::pos_type position, std::ios_base::openmode mode) override {
    return seekoff(std::streambuf::off_type(position), std::ios_base::beg, mode);
  }
};

// A MemoryStream over a mapped file that releases the pages after they were read.
class MappedStream : public MemoryStream {
 public:
  MappedStream(char *data, size_t size) : MemoryStream(data, size), data_(data), size_(static_cast<std::streamsize>(size)) {}

 private:
  static const std::streamsize kResidentBytes = 4 << 20;

  char *data_;
  std::streamsize size_;
  std::streamsize resident_ = 0;

  std::streamsize xsgetn(char *to, std::streamsize count) override {
    std::streamsize done = 0;
    while (done < count && gptr() < egptr()) {
      std::streamsize part = egptr() - gptr();
      part = part < count - done ? part : count - done;
      part = part < kResidentBytes ? part : kResidentBytes;
      memcpy(to + done, gptr(), static_cast<size_t>(part));
      setg(eback(), gptr() + part, egptr());
      done += part;
      resident_ += part;
      if (resident_ >= kResidentBytes) {
        let_go(data_, size_);
        resident_ = 0;
      }
    }
    return done;
  }
};

// Returns the address of the std::istream base class.
static inline void *open_memory_stream(void *data, long long size) {
  return static_cast<std::istream *>(new MemoryStream(static_cast<char *>(data), static_cast<size_t>(size)));
}

static inline void *open_mapped_stream(void *data, long long size) {
  return static_cast<std::istream *>(new MappedStream(static_cast<char *>(data), static_cast<size_t>(size)));
}

static inline void close_memory_stream(void *stream) { delete static_cast<std::istream *>(stream); }

// The codecs in OpenCV's library (libjpeg, libpng) print errors in a picture to standard error, and OpenCV has no option to stop this.
// A library calls functions of libc through a table of addresses (the slots of its PLT). The code below replaces the addresses of the
// printing functions in one library's table by functions that ignore standard error and otherwise do the same.
#if defined(__GLIBC__) && defined(__LP64__) && (defined(__x86_64__) || defined(__aarch64__))
#if defined(__x86_64__)
static const unsigned long kJumpSlot = R_X86_64_JUMP_SLOT;
static const unsigned long kDataSlot = R_X86_64_GLOB_DAT;
#else
static const unsigned long kJumpSlot = R_AARCH64_JUMP_SLOT;
static const unsigned long kDataSlot = R_AARCH64_GLOB_DAT;
#endif

static int quiet_vfprintf(FILE *stream, const char *format, va_list arguments) {
  return stream == stderr ? 0 : vfprintf(stream, format, arguments);
}

static int quiet_vfprintf_checked(FILE *stream, int, const char *format, va_list arguments) {
  return quiet_vfprintf(stream, format, arguments);
}

static int quiet_fprintf(FILE *stream, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int written = quiet_vfprintf(stream, format, arguments);
  va_end(arguments);
  return written;
}

static int quiet_fprintf_checked(FILE *stream, int, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int written = quiet_vfprintf(stream, format, arguments);
  va_end(arguments);
  return written;
}

static size_t quiet_fwrite(const void *bytes, size_t size, size_t count, FILE *stream) {
  return stream == stderr ? count : fwrite(bytes, size, count, stream);
}

static int quiet_fputc(int character, FILE *stream) { return stream == stderr ? character : fputc(character, stream); }

static int quiet_fputs(const char *text, FILE *stream) { return stream == stderr ? 0 : fputs(text, stream); }

// The replacement for a function of libc, by name; null for a function that does not print.
static inline void *quiet_function(const char *name) {
  static const struct {
    const char *name;
    void *function;
  } kFunctions[] = {
      {"fprintf", reinterpret_cast<void *>(quiet_fprintf)},
      {"__fprintf_chk", reinterpret_cast<void *>(quiet_fprintf_checked)},
      {"vfprintf", reinterpret_cast<void *>(quiet_vfprintf)},
      {"__vfprintf_chk", reinterpret_cast<void *>(quiet_vfprintf_checked)},
      {"fwrite", reinterpret_cast<void *>(quiet_fwrite)},
      {"fputc", reinterpret_cast<void *>(quiet_fputc)},
      {"putc", reinterpret_cast<void *>(quiet_fputc)},
      {"fputs", reinterpret_cast<void *>(quiet_fputs)},
  };
  for (const auto &each : kFunctions) {
    if (strcmp(name, each.name) == 0) {
      return each.function;
    }
  }
  return nullptr;
}

struct QuietLibrary {
  const char *name;
  int replaced;
};

static inline int replace_calls(const Elf64_Rela *slots, size_t bytes, const Elf64_Sym *symbols, const char *names,
                                Elf64_Addr base) {
  int replaced = 0;
  const long page = sysconf(_SC_PAGESIZE);
  for (size_t i = 0; slots != nullptr && i < bytes / sizeof(Elf64_Rela); i++) {
    const unsigned long type = ELF64_R_TYPE(slots[i].r_info);
    void *function = type == kJumpSlot || type == kDataSlot
                         ? quiet_function(names + symbols[ELF64_R_SYM(slots[i].r_info)].st_name)
                         : nullptr;
    if (function != nullptr) {
      void **slot = reinterpret_cast<void **>(base + slots[i].r_offset);
      void *start = reinterpret_cast<void *>(reinterpret_cast<size_t>(slot) & ~static_cast<size_t>(page - 1));
      if (mprotect(start, static_cast<size_t>(page), PROT_READ | PROT_WRITE) == 0) {
        __atomic_store_n(slot, function, __ATOMIC_RELEASE);
        replaced++;
      }
    }
  }
  return replaced;
}

static inline int quiet_if_named(struct dl_phdr_info *info, size_t, void *data) {
  QuietLibrary *library = static_cast<QuietLibrary *>(data);
  const char *slash = strrchr(info->dlpi_name, '/');
  const char *file = slash == nullptr ? info->dlpi_name : slash + 1;
  if (strncmp(file, library->name, strlen(library->name)) != 0) {
    return 0;
  }
  for (int i = 0; i < info->dlpi_phnum; i++) {
    if (info->dlpi_phdr[i].p_type != PT_DYNAMIC) {
      continue;
    }
    const Elf64_Rela *calls = nullptr, *data_slots = nullptr;
    size_t call_bytes = 0, data_bytes = 0;
    const Elf64_Sym *symbols = nullptr;
    const char *names = nullptr;
    const Elf64_Dyn *entry = reinterpret_cast<const Elf64_Dyn *>(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
    for (; entry->d_tag != DT_NULL; entry++) {
      switch (entry->d_tag) {
        case DT_JMPREL: calls = reinterpret_cast<const Elf64_Rela *>(entry->d_un.d_ptr); break;
        case DT_PLTRELSZ: call_bytes = entry->d_un.d_val; break;
        case DT_RELA: data_slots = reinterpret_cast<const Elf64_Rela *>(entry->d_un.d_ptr); break;
        case DT_RELASZ: data_bytes = entry->d_un.d_val; break;
        case DT_SYMTAB: symbols = reinterpret_cast<const Elf64_Sym *>(entry->d_un.d_ptr); break;
        case DT_STRTAB: names = reinterpret_cast<const char *>(entry->d_un.d_ptr); break;
        default: break;
      }
    }
    if (symbols != nullptr && names != nullptr) {
      library->replaced += replace_calls(calls, call_bytes, symbols, names, info->dlpi_addr);
      library->replaced += replace_calls(data_slots, data_bytes, symbols, names, info->dlpi_addr);
    }
  }
  return 0;
}
#endif

// Replaces the printing functions in the loaded libraries whose file names start with this text. Returns the number of replaced
// addresses; 0 on any system other than 64-bit Linux with glibc.
static inline int silence_standard_error(const char *library) {
#if defined(__GLIBC__) && defined(__LP64__) && (defined(__x86_64__) || defined(__aarch64__))
  QuietLibrary quiet = {library, 0};
  dl_iterate_phdr(quiet_if_named, &quiet);
  return quiet.replaced;
#else
  (void)library;
  return 0;
#endif
}

}  // namespace facefuse
